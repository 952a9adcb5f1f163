import type { Laterality, LesionType, View } from '../case-image.ts';
import { readTable } from '../csv-table.ts';
import type { Finding } from '../manifest-row.ts';
import { CohortBuilder, type CohortTable, SIDES, wholeNumber } from './cohort-table.ts';

/** An image file of CMMD: its clinical table has patients and breasts, the view is in the files alone. */
export interface CmmdImage {
  /** With the patient's folder in it, as downloaded: `D1-0001/…/1-1.dcm`. */
  readonly path: string;
  /** From the file, see `readDicom`. */
  readonly laterality: Laterality;
  /** From the file. */
  readonly view: View;
}

const COLUMNS = ['ID1', 'LeftRight', 'Age', 'abnormality', 'classification'];
const FINDINGS: Readonly<Record<string, Finding>> = { Benign: 'benign', Malignant: 'malignant' };
const TYPES: Readonly<Record<string, LesionType>> = {
  mass: 'mass',
  both: 'mass',
  calcification: 'calcifications',
};
const PATIENT = /(?:^|[/\\])(D[12]-\d{4})(?=[/\\])/;

/**
 * Joins the clinical table of CMMD, which has a row for each breast, with the images that were found.
 *
 * @param csv - `CMMD_clinicaldata_revision` as CSV
 * @param options - `images`: the image files; those of breasts without a row are left out, they have no label. Rows of `leftOut`
 * count from 1 in this list.
 * @throws ManifestError listing all problems with rows
 * @see C. Cui et al. (2021), The Chinese Mammography Database, doi:10.7937/tcia.eqde-4b16
 */
export function readCmmd(
  csv: string,
  { images }: { readonly images: readonly CmmdImage[] },
): CohortTable {
  const cohort = new CohortBuilder('readCmmd');
  const breasts = readBreasts(csv, cohort);
  cohort.inTable('images');
  for (const [index, image] of images.entries()) {
    const patientId = PATIENT.exec(image.path)?.[1];
    if (patientId === undefined) {
      const got = JSON.stringify(image.path.slice(0, 80));
      cohort.complain(
        index + 1,
        `the path must have a patient's folder such as D1-0001, got ${got}`,
      );
      continue;
    }
    const breast = breasts.get(`${patientId} ${image.laterality}`);
    if (breast === undefined) {
      cohort.leaveOut(index + 1, `breast ${patientId} ${image.laterality} has no label`);
      continue;
    }
    const { path, laterality, view } = image;
    cohort.add({ imageId: path, patientId, laterality, view, ...breast, path });
  }
  return cohort.finish();
}

function readBreasts(csv: string, cohort: CohortBuilder) {
  const breasts = new Map<string, ReturnType<typeof breastOf>>();
  const breastOf = (row: number, finding: Finding, lesionType: LesionType, age?: number) => ({
    label: finding === 'malignant' ? ('positive' as const) : ('negative' as const),
    ...(finding === 'malignant' && { lesionType }),
    row,
    finding,
    ...(age !== undefined && { age }),
  });
  for (const record of readTable('readCmmd', csv, { columns: COLUMNS })) {
    const patientId = cohort.required(record, 'ID1');
    const laterality = cohort.choice(record, 'LeftRight', SIDES);
    const finding = cohort.choice(record, 'classification', FINDINGS);
    const lesionType = cohort.choice(record, 'abnormality', TYPES);
    if (!laterality || !finding || !lesionType) continue;
    const key = `${patientId} ${laterality}`;
    const breast = breastOf(
      record.row,
      finding,
      lesionType,
      wholeNumber(record.cell('Age'), 0, 130),
    );
    const known = breasts.get(key);
    if (known && known.label !== breast.label) {
      cohort.complain(
        record.row,
        `breast ${key} is ${finding} here, ${known.finding} in row ${known.row}`,
      );
    }
    if (known === undefined) breasts.set(key, breast);
  }
  return breasts;
}
