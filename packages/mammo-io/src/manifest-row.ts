import type { CaseImage } from './case-image.ts';
import { pathProblem } from './manifest-path.ts';
import { SPLITS, type Split } from './split.ts';

/** What the pathologist or the follow-up found, where the cohort says more than its label. */
export type Finding = 'malignant' | 'benign' | 'normal';

/** Breast density by BI-RADS. */
export type BreastDensity = 'A' | 'B' | 'C' | 'D';

/** One row of a cohort's manifest. */
export interface ManifestRow extends CaseImage {
  /** Where the image file is, as the manifest says. */
  readonly path: string;
  /** Row of the manifest, the header of a CSV table being row 1. */
  readonly row: number;
  /** Given where the cohort's authors divided it. */
  readonly split?: Split;
  /** Significant bits of the stored values, where the file itself cannot tell. */
  readonly bitsStored?: number;
  /** Shared by the images of one examination of a patient. */
  readonly examId?: string;
  /** Agrees with the label: malignant if and only if it is positive. */
  readonly finding?: Finding;
  /** Of the breast, from A (almost all fat) to D (extremely dense). */
  readonly density?: BreastDensity;
  /** BI-RADS assessment, 0–6. */
  readonly birads?: number;
  /** Years. */
  readonly age?: number;
}

/** Columns that every manifest has. */
export const REQUIRED_COLUMNS = ['path', 'patient_id', 'laterality', 'view', 'label'] as const;

/** Columns that a manifest may have. */
export const OPTIONAL_COLUMNS = [
  'image_id',
  'split',
  'lesion_type',
  'bits_stored',
  'exam_id',
  'finding',
  'density',
  'birads',
  'age',
] as const;

/** A column of a manifest. */
export type ManifestColumn = (typeof REQUIRED_COLUMNS)[number] | (typeof OPTIONAL_COLUMNS)[number];

/** All columns in the order in which they are written. */
export const MANIFEST_COLUMNS: readonly ManifestColumn[] = [
  ...REQUIRED_COLUMNS,
  ...OPTIONAL_COLUMNS,
];

const LONGEST_ID = 256;
const LONGEST_PATH = 4096;

/** Reads a row from its cells, an absent or empty one being ''; what is wrong is added to `problems`. */
export function readManifestRow(
  cell: (column: ManifestColumn) => string,
  row: number,
  problems: string[],
): ManifestRow {
  const complain = (problem: string): void => {
    problems.push(`row ${row}: ${problem}`);
  };
  const choice = <T extends string>(name: ManifestColumn, choices: readonly T[]): T | undefined => {
    const given = cell(name);
    const chosen = choices.find((value) => value.toLowerCase() === given.toLowerCase());
    if (chosen === undefined && given !== '') {
      complain(`${name} must be ${choices.join(' or ')}, got ${quoted(given)}`);
    }
    return chosen;
  };
  const text = (name: ManifestColumn): string => {
    const problem = name === 'path' ? longPathProblem(cell(name)) : idProblem(cell(name));
    if (problem) complain(`${name} ${problem}`);
    return cell(name);
  };
  const integer = (name: ManifestColumn, from: number, to: number): number | undefined => {
    if (cell(name) === '') return undefined;
    const value = Number(cell(name));
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    complain(`${name} must be an integer in [${from}, ${to}], got ${quoted(cell(name))}`);
    return undefined;
  };
  for (const name of REQUIRED_COLUMNS) {
    if (cell(name) === '') complain(`${name} must not be empty`);
  }
  const path = text('path');
  const outside = pathProblem(path);
  if (outside) complain(`path ${outside}, got ${quoted(path)}`);
  const label = choice('label', ['positive', 'negative']) ?? 'positive';
  const lesionType = choice('lesion_type', ['mass', 'calcifications']);
  if (lesionType !== undefined && label === 'negative') {
    complain(`lesion_type must be empty for a negative image, got "${lesionType}"`);
  }
  const finding = choice('finding', ['malignant', 'benign', 'normal']);
  if (finding !== undefined && (finding === 'malignant') !== (label === 'positive')) {
    complain(`finding must be malignant if and only if label is positive, got "${finding}"`);
  }
  return withoutUndefined({
    imageId: text('image_id') || path,
    patientId: text('patient_id'),
    laterality: choice('laterality', ['L', 'R']) ?? 'L',
    view: choice('view', ['CC', 'MLO']) ?? 'CC',
    label,
    lesionType,
    path,
    row,
    split: choice('split', SPLITS),
    bitsStored: integer('bits_stored', 1, 16),
    examId: text('exam_id') || undefined,
    finding,
    density: choice('density', ['A', 'B', 'C', 'D']),
    birads: integer('birads', 0, 6),
    age: integer('age', 0, 130),
  });
}

/** The cells of a row, by column; columns that it has no value for are absent. */
export function manifestCells(row: ManifestRow): Partial<Record<ManifestColumn, string | number>> {
  return withoutUndefined({
    path: row.path,
    patient_id: row.patientId,
    laterality: row.laterality,
    view: row.view,
    label: row.label,
    image_id: row.imageId === row.path ? undefined : row.imageId,
    split: row.split,
    lesion_type: row.lesionType,
    bits_stored: row.bitsStored,
    exam_id: row.examId,
    finding: row.finding,
    density: row.density,
    birads: row.birads,
    age: row.age,
  });
}

function idProblem(value: string): string | undefined {
  if (value.length > LONGEST_ID) return tooLong(value, LONGEST_ID);
  return /\p{Cc}/u.test(value)
    ? `must have no control characters, got ${quoted(value)}`
    : undefined;
}

/** File names may hold anything but a zero, line breaks included. */
function longPathProblem(value: string): string | undefined {
  if (value.length > LONGEST_PATH) return tooLong(value, LONGEST_PATH);
  return value.includes('\0') ? `must have no zero character, got ${quoted(value)}` : undefined;
}

function tooLong(value: string, longest: number): string {
  return `must have at most ${longest} characters, got ${value.length}`;
}

/** A value as it is named in a problem: quoted, and not longer than a line. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  const defined = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Defined<T>;
}
