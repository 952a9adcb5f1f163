import { readTable, type TableRecord } from '../csv-table.ts';
import {
  CohortBuilder,
  type CohortTable,
  densityOf,
  SIDES,
  screeningView,
  wholeNumber,
} from './cohort-table.ts';

const COLUMNS = ['Laterality', 'View', 'File Name', 'ACR', 'Bi-Rads'];

/** `20586908_6c613a14b80a8591_MG_R_CC_ANON.dcm`: the file's number, the patient's code, modality, side, view. */
const FILE = /(?:^|[/\\])(\d+)_([0-9a-f]+)_MG_[LR]_[A-Z]+_ANON\.dcm$/;

/**
 * Joins `INbreast.csv` with the names of its DICOM files, in which alone the patients are told apart.
 *
 * The table has no pathology: an image is positive from BI-RADS 4 on, negative below; BI-RADS 0 is left out.
 *
 * @param csv - semicolon-separated, as released
 * @param options - `files`: the paths of the DICOM files
 * @throws ManifestError listing all problems with rows
 * @see I. C. Moreira et al. (2012), INbreast, doi:10.1016/j.acra.2011.09.014
 */
export function readInbreast(
  csv: string,
  { files }: { readonly files: readonly string[] },
): CohortTable {
  const cohort = new CohortBuilder('readInbreast');
  const byNumber = new Map(files.flatMap((path) => inbreastFile(path) ?? []));
  for (const record of readTable('readInbreast', csv, { columns: COLUMNS, delimiter: ';' })) {
    const imageId = record.cell('File Name').replace(/\.0$/, '');
    if (imageId !== '') addImage(cohort, record, byNumber.get(imageId)); // the last rows are empty
  }
  return cohort.finish();
}

interface InbreastFile {
  readonly path: string;
  readonly imageId: string;
  readonly patientId: string;
}

function inbreastFile(path: string): [[number: string, file: InbreastFile]] | undefined {
  const [, imageId, patientId] = FILE.exec(path) ?? [];
  if (imageId === undefined || patientId === undefined) return undefined;
  return [[imageId, { path, imageId, patientId }]];
}

function addImage(
  cohort: CohortBuilder,
  record: TableRecord,
  file: InbreastFile | undefined,
): void {
  const { row } = record;
  const laterality = cohort.choice(record, 'Laterality', SIDES);
  const assessment = record.cell('Bi-Rads');
  const birads = wholeNumber(assessment, 0, 6);
  if (birads === undefined) {
    cohort.complain(row, `Bi-Rads must begin with 0 to 6, got "${assessment.slice(0, 80)}"`);
  }
  if (laterality === undefined || birads === undefined) return;
  const view = screeningView(record.cell('View'));
  if (view === undefined || birads === 0 || file === undefined) {
    const absent = file ? 'BI-RADS 0 is no assessment' : 'no file has its number';
    cohort.leaveOut(row, view ? absent : `view ${record.cell('View')}`);
    return;
  }
  const density = densityOf(record.cell('ACR'));
  const label = birads >= 4 ? 'positive' : 'negative';
  cohort.add({ ...file, laterality, view, label, row, ...(density && { density }), birads });
}
