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
  'study_id',
  'image_id',
  'laterality',
  'view_position',
  'breast_birads',
  'breast_density',
  'split',
];
const OFFICIAL_SPLITS = { training: 'training', test: 'test' } as const;

/**
 * Reads `breast-level_annotations.csv` of VinDr-Mammo.
 *
 * Pathology is not published: an image is positive if its breast is BI-RADS 4 or 5. A study is a patient: there is one of each.
 *
 * @param options - `officialSplit` (default true) keeps the published division into training and test
 * @returns rows with the paths `images/<study_id>/<image_id>.dicom`
 * @throws ManifestError listing all problems with rows
 * @see H. T. Nguyen et al. (2023), VinDr-Mammo, doi:10.1038/s41597-023-02100-7
 */
export function readVindrMammo(
  csv: string,
  options: { readonly officialSplit?: boolean } = {},
): CohortTable {
  const { officialSplit = true } = options;
  const cohort = new CohortBuilder('readVindrMammo');
  for (const record of readTable('readVindrMammo', csv, { columns: COLUMNS })) {
    const patientId = cohort.required(record, 'study_id');
    const imageId = cohort.required(record, 'image_id');
    const laterality = cohort.choice(record, 'laterality', SIDES);
    const view = screeningView(record.cell('view_position'));
    const split = cohort.choice(record, 'split', OFFICIAL_SPLITS);
    const birads = wholeNumber(record.cell('breast_birads').replace(/^BI-RADS\s*/i, ''), 1, 5);
    if (birads === undefined) {
      const got = record.cell('breast_birads').slice(0, 80);
      cohort.complain(record.row, `breast_birads must be BI-RADS 1 to 5, got "${got}"`);
    }
    if (!laterality || !split || birads === undefined) continue;
    if (view === undefined) {
      cohort.leaveOut(record.row, `view ${record.cell('view_position')}`);
      continue;
    }
    const density = densityOf(record.cell('breast_density').replace(/^DENSITY\s*/i, ''));
    cohort.add({
      imageId,
      patientId,
      laterality,
      view,
      label: birads >= 4 ? 'positive' : 'negative',
      path: `images/${patientId}/${imageId}.dicom`,
      row: record.row,
      ...(officialSplit && { split }),
      ...(density && { density }),
      birads,
    });
  }
  return cohort.finish();
}
