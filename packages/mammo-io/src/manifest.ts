import { parse } from 'csv-parse/browser/esm/sync';
import type { CaseImage } from './case-image.ts';
import { SPLITS, type Split } from './split.ts';

/** One row of a cohort's manifest. */
export interface ManifestRow extends CaseImage {
  /** Where the image file is, as the manifest says. */
  readonly path: string;
  /** Row of the manifest, the header being row 1. */
  readonly row: number;
  /** Given where the cohort's authors divided it. */
  readonly split?: Split;
  /** Significant bits of the stored values, where the file itself cannot tell. */
  readonly bitsStored?: number;
}

/** Thrown for a manifest with problems; the message lists all of them. */
export class ManifestError extends Error {
  /** One sentence each, with its row. */
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${source}: ${count}\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ManifestError';
    this.problems = problems;
  }
}

const REQUIRED = ['path', 'patient_id', 'laterality', 'view', 'label'];
const OPTIONAL = ['image_id', 'split', 'lesion_type', 'bits_stored'];

/**
 * Reads a cohort's manifest: a CSV table with one row for each image.
 *
 * Columns, in any order: `path`, `patient_id`, `laterality` (L or R), `view` (CC or MLO), `label` (positive or
 * negative), and optionally `image_id` (default: the path), `split` (training, validation or test), `lesion_type` (mass
 * or calcifications; positive images only) and `bits_stored` (1–16). Capitals do not matter in these values; optional
 * cells may be empty, and so may whole lines.
 *
 * @param csv - RFC 4180 text; a byte order mark, any line ends and quoted line breaks are understood
 * @returns the rows in the manifest's order
 * @throws ManifestError listing every problem with its row: missing or unknown columns, values that are none of the
 * above, an image or path given twice, a patient in two splits
 * @example
 * ```ts
 * const csv = 'path,patient_id,laterality,view,label\nscan.png,P1,L,CC,negative\n';
 * parseManifest(csv)[0]?.imageId; // => 'scan.png'
 * ```
 */
export function parseManifest(csv: string): readonly ManifestRow[] {
  const problems: string[] = [];
  const [header, ...records] = readRecords(csv);
  const columns = checkHeader(header ?? [], problems);
  const rows: ManifestRow[] = [];
  if (problems.length === 0) {
    records.forEach((cells, i) => {
      if (cells.some((cell) => cell !== '')) rows.push(readRow(columns, cells, i + 2, problems));
    });
    if (rows.length === 0)
      problems.push('row 2: the manifest must name at least one image, got none');
    findConflicts(rows, problems);
  }
  if (problems.length > 0) throw new ManifestError('parseManifest', sortByRow(problems));
  return rows;
}

function readRecords(csv: string): string[][] {
  try {
    const records: string[][] = parse(csv, { bom: true, relax_column_count: true, trim: true });
    return records;
  } catch (error) {
    throw new ManifestError('parseManifest', [
      `the file must be comma-separated text: ${error instanceof Error ? error.message : error}`,
    ]);
  }
}

/** Returns the columns' names in lower case. */
function checkHeader(header: readonly string[], problems: string[]): string[] {
  const columns = header.map((name) => name.toLowerCase());
  const missing = REQUIRED.filter((name) => !columns.includes(name));
  const unknown = columns.filter((name) => ![...REQUIRED, ...OPTIONAL].includes(name));
  const twice = columns.filter((name, i) => columns.indexOf(name) !== i);
  for (const name of missing) problems.push(`row 1: the column ${name} is missing`);
  for (const name of unknown) {
    problems.push(
      `row 1: the column ${JSON.stringify(name)} is not one of ${[...REQUIRED, ...OPTIONAL].join(', ')}`,
    );
  }
  for (const name of twice) problems.push(`row 1: the column ${name} comes twice`);
  return columns;
}

function readRow(
  columns: readonly string[],
  cells: readonly string[],
  row: number,
  problems: string[],
): ManifestRow {
  if (cells.length !== columns.length) {
    problems.push(`row ${row}: must have ${columns.length} cells, got ${cells.length}`);
  }
  const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
  const required = (name: string): string => {
    if (cell(name) === '') problems.push(`row ${row}: ${name} must not be empty`);
    return cell(name);
  };
  const choice = <T extends string>(name: string, choices: readonly T[]): T | undefined => {
    const given = cell(name);
    const chosen = choices.find((value) => value.toLowerCase() === given.toLowerCase());
    if (chosen === undefined && given !== '') {
      problems.push(
        `row ${row}: ${name} must be ${choices.join(' or ')}, got ${JSON.stringify(given)}`,
      );
    }
    return chosen;
  };
  const requiredChoice = <T extends string>(name: string, choices: readonly [T, T]): T => {
    required(name);
    return choice(name, choices) ?? choices[0];
  };
  const path = required('path');
  const label = requiredChoice('label', ['positive', 'negative']);
  const split = choice('split', SPLITS);
  const lesionType = choice('lesion_type', ['mass', 'calcifications']);
  const bitsStored = cell('bits_stored') === '' ? undefined : Number(cell('bits_stored'));
  if (lesionType !== undefined && label === 'negative') {
    problems.push(
      `row ${row}: lesion_type must be empty for a negative image, got "${lesionType}"`,
    );
  }
  if (bitsStored !== undefined && !isBitCount(bitsStored)) {
    problems.push(
      `row ${row}: bits_stored must be an integer in [1, 16], got ${JSON.stringify(cell('bits_stored'))}`,
    );
  }
  return {
    imageId: cell('image_id') || path,
    patientId: required('patient_id'),
    laterality: requiredChoice('laterality', ['L', 'R']),
    view: requiredChoice('view', ['CC', 'MLO']),
    label,
    ...(lesionType && { lesionType }),
    path,
    row,
    ...(split && { split }),
    ...(bitsStored !== undefined && { bitsStored }),
  };
}

function isBitCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 16;
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

function sortByRow(problems: readonly string[]): string[] {
  const rowOf = (problem: string): number => Number(problem.match(/^row (\d+)/)?.[1] ?? 0);
  return [...problems].sort((a, b) => rowOf(a) - rowOf(b));
}
