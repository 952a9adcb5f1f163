import type { LesionType } from '../case-image.ts';
import { readTable, type TableRecord } from '../csv-table.ts';
import type { Finding, ManifestRow } from '../manifest-row.ts';
import type { Split } from '../split.ts';
import {
  CohortBuilder,
  type CohortTable,
  densityOf,
  LONG_SIDES,
  wholeNumber,
} from './cohort-table.ts';

/** One of the four description tables of CBIS-DDSM. */
export interface CbisDdsmTable {
  /** The text of e.g. `mass_case_description_train_set.csv`. */
  readonly csv: string;
  /** The official list that the table is; leave it out to divide the patients anew. */
  readonly split?: Split;
}

const COLUMNS = [
  'patient_id',
  'breast density',
  'left or right breast',
  'image view',
  'abnormality type',
  'assessment',
  'pathology',
  'image file path',
];

const FINDINGS: Readonly<Record<string, Finding>> = {
  MALIGNANT: 'malignant',
  BENIGN: 'benign',
  BENIGN_WITHOUT_CALLBACK: 'benign',
};
const TYPES: Readonly<Record<string, LesionType>> = {
  mass: 'mass',
  calcification: 'calcifications',
};
const VIEWS = { CC: 'CC', MLO: 'MLO' } as const;

/**
 * Reads the description tables of CBIS-DDSM, which have a row for each abnormality: an image is positive if any of its
 * abnormalities is malignant.
 *
 * The same film may be in a mass and in a calcification table, as two files of one patient; across the official training and test
 * lists {@link findSplitLeaks} finds 31 such patients.
 *
 * @param tables - any of the four tables
 * @returns rows whose paths are those of the tables; downloads of other layouts need them changed
 * @throws ManifestError listing all problems with table (counted from 1) and row
 * @see R. S. Lee et al. (2017), doi:10.1038/sdata.2017.177
 */
export function readCbisDdsm(tables: readonly CbisDdsmTable[]): CohortTable {
  const cohort = new CohortBuilder('readCbisDdsm');
  const images = new Map<string, ManifestRow>();
  for (const [index, { csv, split }] of tables.entries()) {
    cohort.inTable(`table ${index + 1}`);
    for (const record of readTable('readCbisDdsm', csv, { columns: COLUMNS })) {
      const row = readAbnormality(cohort, record, split);
      if (row === undefined) continue;
      const known = images.get(row.path);
      images.set(row.path, known ? moreSevere(known, row) : row);
    }
  }
  for (const row of images.values()) cohort.add(row);
  return cohort.finish();
}

function readAbnormality(
  cohort: CohortBuilder,
  record: TableRecord,
  split: Split | undefined,
): ManifestRow | undefined {
  const laterality = cohort.choice(record, 'left or right breast', LONG_SIDES);
  const view = cohort.choice(record, 'image view', VIEWS);
  const finding = cohort.choice(record, 'pathology', FINDINGS);
  const lesionType = cohort.choice(record, 'abnormality type', TYPES);
  const patientId = cohort.required(record, 'patient_id');
  const path = cohort.required(record, 'image file path');
  if (!laterality || !view || !finding || !lesionType) return undefined;
  const density = densityOf(record.cell('breast density'));
  const birads = wholeNumber(record.cell('assessment'), 0, 6);
  const positive = finding === 'malignant';
  return {
    imageId: path.split('/')[0] ?? path,
    patientId,
    laterality,
    view,
    label: positive ? 'positive' : 'negative',
    ...(positive && { lesionType }),
    path,
    row: record.row,
    ...(split && { split }),
    finding,
    ...(density && { density }),
    ...(birads !== undefined && { birads }),
  };
}

/** Of two abnormalities of an image the malignant one, or the first. */
function moreSevere(known: ManifestRow, other: ManifestRow): ManifestRow {
  return known.label === 'negative' && other.label === 'positive' ? other : known;
}
