import { readTable } from '../csv-table.ts';
import {
  CohortBuilder,
  type CohortTable,
  densityOf,
  SIDES,
  screeningView,
  wholeNumber,
} from './cohort-table.ts';

const COLUMNS = [
  'patient_id',
  'image_id',
  'laterality',
  'view',
  'age',
  'cancer',
  'BIRADS',
  'density',
];
const LABELS = { '0': 'negative', '1': 'positive' } as const;

/**
 * Reads `train.csv` of the RSNA Screening Mammography Breast Cancer Detection challenge; `test.csv` has no labels.
 *
 * @returns rows with the paths `train_images/<patient_id>/<image_id>.dcm`; other views than CC and MLO are left out
 * @throws ManifestError listing all problems with rows
 * @see https://www.kaggle.com/competitions/rsna-breast-cancer-detection/data
 */
export function readRsna(csv: string): CohortTable {
  const cohort = new CohortBuilder('readRsna');
  for (const record of readTable('readRsna', csv, { columns: COLUMNS })) {
    const patientId = cohort.required(record, 'patient_id');
    const imageId = cohort.required(record, 'image_id');
    const laterality = cohort.choice(record, 'laterality', SIDES);
    const label = cohort.choice(record, 'cancer', LABELS);
    const view = screeningView(record.cell('view'));
    if (!laterality || !label) continue;
    if (view === undefined) {
      cohort.leaveOut(record.row, `view ${record.cell('view')}`);
      continue;
    }
    const density = densityOf(record.cell('density'));
    const birads = wholeNumber(record.cell('BIRADS'), 0, 6);
    const age = wholeNumber(record.cell('age'), 0, 130);
    cohort.add({
      imageId,
      patientId,
      laterality,
      view,
      label,
      path: `train_images/${patientId}/${imageId}.dcm`,
      row: record.row,
      ...(density && { density }),
      ...(birads !== undefined && { birads }),
      ...(age !== undefined && { age }),
    });
  }
  return cohort.finish();
}
