import type { CaseLabel } from '../case-image.ts';
import { readTable, type TableRecord } from '../csv-table.ts';
import type { BreastDensity, ManifestRow } from '../manifest-row.ts';
import {
  CohortBuilder,
  type CohortTable,
  densityOf,
  SIDES,
  screeningView,
} from './cohort-table.ts';

/** The two tables of the EMBED open data release. */
export interface EmbedTables {
  /** The text of `EMBED_OpenData_metadata.csv`, or of its reduced form: a row for each image. */
  readonly metadata: string;
  /** The text of `EMBED_OpenData_clinical.csv`, or of its reduced form: a row for each finding. */
  readonly clinical: string;
}

const METADATA = [
  'empi_anon',
  'acc_anon',
  'anon_dicom_path',
  'ImageLateralityFinal',
  'ViewPosition',
  'FinalImageType',
];
const CLINICAL = ['empi_anon', 'acc_anon', 'side', 'asses', 'path_severity'];

/**
 * Joins the metadata and clinical tables of EMBED: two-dimensional CC and MLO images with a label.
 *
 * A breast of an examination is positive if any of its findings is invasive or in-situ cancer (`path_severity` 0 or 1). It
 * is negative if none is and the assessment is negative or benign (`asses` N or B), or a biopsy showed another benign finding
 * (`path_severity` 2 to 5). Others (no biopsy after a suspicious assessment, cancer of another organ) have no label and are left out.
 *
 * @returns rows with the paths of `anon_dicom_path`
 * @throws ManifestError listing all problems with rows
 * @see J. J. Jeong et al. (2023), The EMory BrEast imaging Dataset, doi:10.1148/ryai.220047
 */
export function readEmbed({ metadata, clinical }: EmbedTables): CohortTable {
  const cohort = new CohortBuilder('readEmbed');
  const breasts = readBreasts(clinical);
  cohort.inTable('metadata');
  for (const record of readTable('readEmbed: metadata', metadata, { columns: METADATA })) {
    const skip = reasonToSkip(record);
    if (skip) {
      cohort.leaveOut(record.row, skip);
      continue;
    }
    const patientId = integerText(cohort.required(record, 'empi_anon'));
    const examId = integerText(cohort.required(record, 'acc_anon'));
    const path = cohort.required(record, 'anon_dicom_path');
    const laterality = cohort.choice(record, 'ImageLateralityFinal', SIDES);
    const view = screeningView(record.cell('ViewPosition'));
    if (laterality === undefined || view === undefined) continue;
    const breast = breasts.get(`${examId} ${laterality}`);
    const label = breast && labelOf(breast);
    if (breast === undefined || label === undefined) {
      cohort.leaveOut(record.row, `examination ${examId} ${laterality} has no label`);
      continue;
    }
    cohort.add({
      imageId: path,
      patientId,
      laterality,
      view,
      label,
      path,
      row: record.row,
      examId,
      ...findingOf(breast),
      ...(breast.density && { density: breast.density }),
    });
  }
  return cohort.finish();
}

function reasonToSkip(record: TableRecord): string | undefined {
  const type = record.cell('FinalImageType');
  if (type !== '2D') return `image type ${type || 'unknown'}`;
  const view = record.cell('ViewPosition');
  if (screeningView(view) === undefined) return `view ${view || 'unknown'}`;
  const spot = integerText(record.cell('spot_mag')) === '1';
  return spot ? 'spot or magnification view' : undefined;
}

/** What the findings of one breast of an examination say together. */
interface Breast {
  readonly malignant: boolean;
  readonly biopsied: boolean;
  readonly suspicious: boolean;
  readonly density?: BreastDensity;
}

function readBreasts(clinical: string): ReadonlyMap<string, Breast> {
  const breasts = new Map<string, Breast>();
  for (const record of readTable('readEmbed: clinical', clinical, { columns: CLINICAL })) {
    const side = record.cell('side');
    // a finding without a side, or on both, is one of either breast
    for (const laterality of side === 'L' || side === 'R' ? [side] : ['L', 'R']) {
      const key = `${integerText(record.cell('acc_anon'))} ${laterality}`;
      breasts.set(key, withFinding(breasts.get(key), record));
    }
  }
  return breasts;
}

function withFinding(breast: Breast | undefined, record: TableRecord): Breast {
  const severity = integerText(record.cell('path_severity'));
  const malignant = severity === '0' || severity === '1';
  const biopsied = /^[2-5]$/.test(severity);
  const harmless = biopsied || (severity === '' && /^[NB]$/.test(record.cell('asses')));
  const density = breast?.density ?? densityOf(integerText(record.cell('tissueden')));
  return {
    malignant: malignant || (breast?.malignant ?? false),
    biopsied: biopsied || (breast?.biopsied ?? false),
    suspicious: !(malignant || harmless) || (breast?.suspicious ?? false),
    ...(density && { density }),
  };
}

/** The tables were written by a program that gives whole numbers decimals where cells are empty. */
function integerText(cell: string): string {
  return cell.replace(/\.0$/, '');
}

function labelOf({ malignant, suspicious }: Breast): CaseLabel | undefined {
  if (malignant) return 'positive';
  return suspicious ? undefined : 'negative';
}

function findingOf({ malignant, biopsied }: Breast): Pick<ManifestRow, 'finding'> {
  if (malignant) return { finding: 'malignant' };
  return biopsied ? { finding: 'benign' } : {};
}
