import { areaUnderCurve } from '@mammo/reader-study-stats';
import { called } from '../pair-outcome.ts';
import type { PairedRecord } from '../paired-record.ts';
import { raise, type SanityFlag } from './sanity-flag.ts';

const PAPER = 'Zhou et al. 2021, doi 10.1038/s41467-021-27577-x';

/** The paper's rule: a model below this area on real images is not worth attacking. */
const LEAST_AUC = 0.8;

const LEAST_IMAGES = 10;

/** Whether the set of real images can carry an evaluation. */
export function setFlags(
  records: readonly PairedRecord[],
  threshold: number,
): readonly SanityFlag[] {
  const flags: SanityFlag[] = [];
  for (const label of ['positive', 'negative'] as const) {
    const images = records.filter((record) => record.label === label);
    const correct = images.filter((record) => called(record.scoreReal, threshold) === label).length;
    if (images.length < LEAST_IMAGES) {
      flags.push(
        raise('small-class', images.length === 0 ? 'error' : 'warning', {
          message: `there are ${images.length} ${label} images, fewer than ${LEAST_IMAGES}: their rates can be almost anything`,
          numbers: { images: images.length },
          reference: 'Brown, Cai and DasGupta 2001, doi 10.1214/ss/1009213286',
        }),
      );
    } else if (correct < LEAST_IMAGES) {
      flags.push(
        raise('few-correct', correct === 0 ? 'error' : 'warning', {
          message: `the model has ${correct} of ${images.length} ${label} images right, fewer than ${LEAST_IMAGES}: hardly anything to fool`,
          numbers: { correct, images: images.length },
          reference: 'Brown, Cai and DasGupta 2001, doi 10.1214/ss/1009213286',
        }),
      );
    }
  }
  const labels = records.map((record) => record.label);
  if (labels.includes('positive') && labels.includes('negative')) {
    const auc = areaUnderCurve(
      records.map((record) => record.scoreReal),
      labels,
    );
    if (auc < LEAST_AUC) {
      flags.push(
        raise('low-auc', 'warning', {
          message: `the area of the real images is ${auc.toFixed(3)}, below ${LEAST_AUC.toFixed(2)}: a model this weak need not be fooled to be wrong`,
          numbers: { auc, least: LEAST_AUC },
          reference: PAPER,
        }),
      );
    }
  }
  return flags;
}

/** Patients that the model was trained on. */
export function leakFlags(
  records: readonly PairedRecord[],
  trainPatientIds: readonly string[],
): readonly SanityFlag[] {
  const trained = new Set(trainPatientIds);
  const leaked = [...new Set(records.map((record) => record.patientId))].filter((id) =>
    trained.has(id),
  );
  if (leaked.length === 0) return [];
  return [
    raise('patient-in-train-and-test', 'error', {
      message: `${leaked.length} evaluated patients are among those that the model was trained on`,
      numbers: { patients: leaked.length },
      cases: leaked,
      reference: 'Kapoor and Narayanan 2023, doi 10.1016/j.patter.2023.100804',
    }),
  ];
}
