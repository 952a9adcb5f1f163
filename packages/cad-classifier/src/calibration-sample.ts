import type { CaseLabel } from '@mammo/mammo-io';

/** What a classifier said of images of known class, to calibrate it on: validation images, never those to be evaluated. */
export interface CalibrationSample {
  /** z₀ − z₁ of each image: how much more it looks like cancer than not ({@link marginsOf}). */
  readonly margins: readonly number[];
  /** Truth of each margin. */
  readonly labels: readonly CaseLabel[];
}

/** The size of a sample. */
export interface FittedOn {
  /** Number of positive images. */
  readonly positives: number;
  /** Number of negative images. */
  readonly negatives: number;
}

/** Counts the classes of a sample. */
export function countLabels({ labels }: CalibrationSample): FittedOn {
  const positives = labels.filter((label) => label === 'positive').length;
  return { positives, negatives: labels.length - positives };
}

/** @throws RangeError if lengths differ, a margin is not finite, or a class is absent */
export function checkSample(caller: string, sample: CalibrationSample): void {
  const { margins, labels } = sample;
  if (margins.length !== labels.length) {
    throw new RangeError(
      `${caller}: margins and labels must have one length, got ${margins.length} and ${labels.length}`,
    );
  }
  for (const [i, margin] of margins.entries()) {
    if (!Number.isFinite(margin)) {
      throw new RangeError(`${caller}: margins must be finite, got ${margin} at index ${i}`);
    }
  }
  const { positives, negatives } = countLabels(sample);
  if (positives === 0 || negatives === 0) {
    throw new RangeError(
      `${caller}: labels must hold both classes, got ${positives} positive and ${negatives} negative`,
    );
  }
}
