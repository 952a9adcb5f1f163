import { CLASS_INDEX } from '@mammo/cad-classifier';
import { attackOutcomes, deepFool } from '@mammo/gan-attack';
import * as tf from '@tensorflow/tfjs-core';
import { DIRECTIONS, type Direction, SOURCE_LABEL } from '../fakes.ts';
import { median } from '../median.ts';
import { classifierOf } from '../stages/gradient-control.ts';
import { greyTensor } from '../stages/score-pixels.ts';
import { type ProbeScene, testSources } from './probe-scene.ts';

/** How far an AI's right images are from its boundary. */
export interface BoundaryDistance {
  /** Images that the AI had right. */
  readonly images: number;
  /** ‖change‖₂ of the median image, grey levels in [0, 1]; null where none was right. */
  readonly median: number | null;
}

/** Test images of a direction that are walked from, at most. */
const MOST = 128;
const WALK = { steps: 50, overshoot: 0.02 } as const;

/**
 * The length of DeepFool's change, an estimate of the least that fools the AI: what any attack has to pay, whatever it has
 * learned from.
 *
 * @see Moosavi-Dezfooli, Fawzi and Frossard (2016), eq. 1, doi 10.1109/CVPR.2016.282
 */
export async function boundaryDistances({
  cad,
  cohort,
  scoring,
}: ProbeScene): Promise<Readonly<Record<Direction, BoundaryDistance>>> {
  const classifier = classifierOf(cad);
  const found = {} as Record<Direction, BoundaryDistance>;
  for (const direction of DIRECTIONS) {
    const { real } = await testSources(cohort, direction);
    const label = CLASS_INDEX[SOURCE_LABEL[direction]];
    const lengths: number[] = [];
    for (let start = 0; start < Math.min(MOST, real.length); start += scoring.batch) {
      scoring.signal.throwIfAborted();
      const some = real.slice(start, Math.min(MOST, start + scoring.batch));
      const images = greyTensor(some, scoring);
      const targets = { images, labels: some.map(() => label) };
      const walked = await deepFool(classifier, targets, WALK);
      for (const { l2 } of await attackOutcomes(classifier, targets, walked)) {
        if (l2 > 0) lengths.push(l2); // an image that was wrong before is not walked from
      }
      tf.dispose([images, walked]);
    }
    found[direction] = { images: lengths.length, median: median(lengths) };
  }
  return found;
}
