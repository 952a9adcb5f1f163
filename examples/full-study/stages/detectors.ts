import {
  type DetectorRecord,
  type DetectorSample,
  evaluateDetector,
  spectrumDetector,
} from '@mammo/adversarial-eval';
import type { CaseImage } from '@mammo/mammo-io';
import type { Direction } from '../fakes.ts';
import { estimateOf, rateOf } from '../rates.ts';
import type { DetectorResult } from '../results.ts';

/** Real images of a split with their fakes. */
interface DetectedImages {
  readonly images: readonly CaseImage[];
  readonly real: readonly Uint16Array[];
  readonly fake: readonly Uint16Array[];
}

/** What a detector learns from, what it is tried on, and other patients' real images that choose its threshold. */
export interface DetectorScene {
  readonly direction: Direction;
  readonly learned: DetectedImages;
  readonly tried: DetectedImages;
  readonly reference: Pick<DetectedImages, 'images' | 'real'>;
  readonly height: number;
  readonly width: number;
}

const FALSE_ALARMS = 0.05;
const NO_ESTIMATE = { estimate: null, lower: null, upper: null } as const;

/**
 * Tries to tell the fakes by their power spectrum: the detector learns from validation patients, its threshold is chosen
 * on training patients, and it is tried on test patients.
 */
export async function measureDetector(scene: DetectorScene): Promise<DetectorResult> {
  const { direction, learned, tried, reference, height, width } = scene;
  const detector = spectrumDetector({ height, width, maximum: 65535 });
  await detector.fit(
    samplesOf(learned.images, learned.real),
    samplesOf(learned.images, learned.fake),
  );
  const scores = [
    ...(await detector.score(samplesOf(tried.images, tried.real))),
    ...(await detector.score(samplesOf(tried.images, tried.fake))),
  ];
  const referenceScores = await detector.score(samplesOf(reference.images, reference.real));
  const { auc, points, n } = evaluateDetector(scores, recordsOf(tried.images), {
    fitPatientIds: detector.save().patientIds,
    reference: {
      scores: referenceScores,
      patientIds: reference.images.map(({ patientId }) => patientId),
    },
    falseAlarmRates: [FALSE_ALARMS],
  });
  const [point] = points;
  return {
    direction,
    name: 'power-spectrum',
    fakes: n.fake,
    auc: auc.status === 'one-class' ? NO_ESTIMATE : estimateOf(auc),
    falseAlarmsWanted: FALSE_ALARMS,
    falseAlarms: point?.falseAlarms ? rateOf(point.falseAlarms) : null,
    detected: point?.detected ? rateOf(point.detected) : null,
  };
}

function samplesOf(images: readonly CaseImage[], pixels: readonly Uint16Array[]): DetectorSample[] {
  return images.flatMap(({ patientId }, i) => {
    const image = pixels[i];
    return image ? [{ image, patientId }] : [];
  });
}

/** Real images first, then their fakes. */
export function recordsOf(images: readonly CaseImage[]): DetectorRecord[] {
  return [false, true].flatMap((fake) =>
    images.map(({ imageId, patientId }) => ({ caseId: imageId, patientId, fake })),
  );
}
