import { CLASS_INDEX } from '@mammo/cad-classifier';
import { attackOutcomes, deepFool } from '@mammo/gan-attack';
import * as tf from '@tensorflow/tfjs-core';
import { DIRECTIONS, type Direction, SOURCE_LABEL } from '../fakes.ts';
import { median } from '../median.ts';
import { classifierOf } from '../stages/gradient-control.ts';
import { greyTensor } from '../stages/score-pixels.ts';
import { drawTwins } from '../stages/twins.ts';
import { type ProbeScene, testSources } from './probe-scene.ts';

/** Lengths ‖change‖₂ of changes of images, grey levels in [0, 1]. */
export interface ChangeLength {
  readonly images: number;
  /** Of the median image; null where there is none. */
  readonly median: number | null;
}

/** Test images of a direction that are walked from, at most. */
const MOST = 128;
const WALK = { steps: 50, overshoot: 0.02, stuck: 'stay' } as const;

/**
 * How far the images that an AI has right are from its boundary: the length of DeepFool's change, an estimate of the least
 * that fools it, whatever an attack has learned from.
 *
 * @see Moosavi-Dezfooli, Fawzi and Frossard (2016), eq. 1, doi 10.1109/CVPR.2016.282
 */
export async function boundaryDistances({
  cad,
  cohort,
  scoring,
}: ProbeScene): Promise<Readonly<Record<Direction, ChangeLength>>> {
  const classifier = classifierOf(cad);
  const found = {} as Record<Direction, ChangeLength>;
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
        if (l2 > 0) lengths.push(l2); // 0: it was wrong before, or nothing leads away from it
      }
      tf.dispose([images, walked]);
    }
    found[direction] = { images: lengths.length, median: median(lengths) };
  }
  return found;
}

/**
 * What the lesions of the test images add to them; null for a cohort that cannot be drawn without. Half of it bounds every
 * defence: an AI that tells an image from the same one without its lesion has its boundary between the two, so that one of
 * them is no farther from it than that.
 */
export async function lesionLength({ cohort, input }: ProbeScene): Promise<ChangeLength | null> {
  if (cohort.record.kind !== 'synthetic') return null;
  const { sources, real } = await testSources(cohort, 'remove');
  const ids = sources.map((index) => cohort.set.images[index]?.imageId ?? '');
  const lengths = drawTwins(input, ids).map((twin, n) => {
    const squares = twin.reduce((sum, level, i) => sum + (level - (real[n]?.[i] ?? level)) ** 2, 0);
    return Math.sqrt(squares) / 65535;
  });
  return { images: lengths.length, median: median(lengths) };
}
