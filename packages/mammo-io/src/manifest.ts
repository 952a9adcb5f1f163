import { csvCell, readCsv, withoutFormulaGuard } from './csv-table.ts';
import { ManifestError, sortByRow } from './manifest-error.ts';
import { type ManifestRecord, readJsonLines } from './manifest-json-lines.ts';
import {
  MANIFEST_COLUMNS,
  type ManifestRow,
  manifestCells,
  OPTIONAL_COLUMNS,
  REQUIRED_COLUMNS,
  readManifestRow,
} from './manifest-row.ts';

/** How a manifest is written: as a table, or as one JSON object a line. */
export type ManifestFormat = 'csv' | 'jsonl';

/**
 * Reads a cohort's manifest, CSV or JSON Lines: one row for each image.
 *
 * Columns, in any order: `path`, `patient_id`, `laterality` (L or R), `view` (CC or MLO), `label` (positive or
 * negative), and optionally `image_id` (default: the path), `split` (training, validation or test), `lesion_type` (mass
 * or calcifications; positive images only), `bits_stored` (1–16), `exam_id`, `finding` (malignant, benign or normal), `density`
 * (A–D), `birads` (0–6) and `age`. Capitals do not matter in these values; optional cells may be empty, and so may whole lines.
 *
 * @param text - RFC 4180 text (a byte order mark, any line ends and quoted line breaks are understood), or JSON Lines, which is
 * told by its first character `{`
 * @returns the rows in the manifest's order
 * @throws ManifestError listing every problem with its row: missing or unknown columns, values that are none of the
 * above, a path that leads out of the manifest's folder, an image or path given twice, a patient in two splits
 * @example
 * ```ts
 * const csv = 'path,patient_id,laterality,view,label\nscan.png,P1,L,CC,negative\n';
 * parseManifest(csv)[0]?.imageId; // => 'scan.png'
 * ```
 */
export function parseManifest(text: string): readonly ManifestRow[] {
  const problems: string[] = [];
  const records = /^\uFEFF?\s*\{/.test(text)
    ? readJsonLines(text, MANIFEST_COLUMNS, problems)
    : readCsvRecords(text, problems);
  const rows = records.map(({ row, cell }) => readManifestRow(cell, row, problems));
  if (rows.length === 0 && problems.length === 0) {
    problems.push('row 2: the manifest must name at least one image, got none');
  }
  findConflicts(rows, problems);
  if (problems.length > 0) throw new ManifestError('parseManifest', sortByRow(problems));
  return rows;
}

/**
 * Writes a cohort's manifest, which {@link parseManifest} reads back as it was, row numbers aside.
 *
 * In CSV a value that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`) gets an apostrophe before it;
 * parseManifest takes it off.
 *
 * @throws ManifestError listing every row that parseManifest would refuse
 * @example
 * ```ts
 * const [row] = parseManifest('path,patient_id,laterality,view,label\na.png,P1,L,CC,negative\n');
 * formatManifest([row!], { format: 'jsonl' });
 * // => '{"path":"a.png","patient_id":"P1","laterality":"L","view":"CC","label":"negative"}\n'
 * ```
 */
export function formatManifest(
  rows: readonly Omit<ManifestRow, 'row'>[],
  options: { readonly format?: ManifestFormat } = {},
): string {
  const { format = 'csv' } = options;
  const cells = rows.map((row, index) => manifestCells({ ...row, row: index + 2 }));
  const used = MANIFEST_COLUMNS.filter(
    (column) =>
      REQUIRED_COLUMNS.some((required) => required === column) ||
      cells.some((row) => row[column] !== undefined),
  );
  const lines =
    format === 'jsonl'
      ? cells.map((row) => JSON.stringify(row))
      : [
          used.join(','),
          ...cells.map((row) => used.map((column) => csvCell(row[column] ?? '')).join(',')),
        ];
  const text = `${lines.join('\n')}\n`;
  try {
    parseManifest(text);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new ManifestError('formatManifest', error.problems);
  }
  return text;
}

function readCsvRecords(
  csv: string,
  problems: string[],
): readonly { readonly row: number; readonly cell: ManifestRecord }[] {
  const [header = [], ...records] = readCsv('parseManifest', csv);
  const columns = checkHeader(header, problems);
  if (problems.length > 0) return [];
  return records.flatMap((cells, index) => {
    if (cells.every((cell) => cell === '')) return [];
    const row = index + 2;
    if (cells.length !== columns.length) {
      problems.push(`row ${row}: must have ${columns.length} cells, got ${cells.length}`);
    }
    const cell: ManifestRecord = (name) => withoutFormulaGuard(cells[columns.indexOf(name)] ?? '');
    return [{ row, cell }];
  });
}

/** Returns the columns' names in lower case. */
function checkHeader(header: readonly string[], problems: string[]): string[] {
  const columns = header.map((name) => name.toLowerCase());
  const known: readonly string[] = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS];
  const missing = REQUIRED_COLUMNS.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name) => !known.includes(name));
  const twice = columns.filter((name, i) => columns.indexOf(name) !== i);
  for (const name of missing) problems.push(`row 1: the column ${name} is missing`);
  for (const name of unknown) {
    problems.push(
      `row 1: the column ${JSON.stringify(name.slice(0, 80))} is not one of ${known.join(', ')}`,
    );
  }
  for (const name of twice) problems.push(`row 1: the column ${name} comes twice`);
  return columns;
}

/** Finds rows that contradict earlier ones. */
function findConflicts(rows: readonly ManifestRow[], problems: string[]): void {
  const images = new Map<string, ManifestRow>();
  const paths = new Map<string, ManifestRow>();
  const placed = new Map<string, ManifestRow>();
  for (const current of rows) {
    const { row, imageId, path, patientId, split } = current;
    const sameImage = earlier(images, imageId, current);
    const samePath = earlier(paths, path, current);
    if (samePath) {
      problems.push(`row ${row}: path ${path} is that of row ${samePath.row} already`);
    } else if (sameImage) {
      problems.push(`row ${row}: image_id ${imageId} is that of row ${sameImage.row} already`);
    }
    const other = split && earlier(placed, patientId, current);
    if (other && other.split !== split) {
      problems.push(
        `row ${row}: patient ${patientId} must be in one split, got ${split} here and ${other.split} in row ${other.row}`,
      );
    }
  }
}

/** Returns the row remembered for a key, if the key is not empty, or remembers this one. */
function earlier(
  known: Map<string, ManifestRow>,
  key: string,
  row: ManifestRow,
): ManifestRow | undefined {
  const before = known.get(key);
  if (before === undefined && key !== '') known.set(key, row);
  return before;
}
