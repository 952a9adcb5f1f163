import {
  type BinaryLabel,
  normal,
  type RandomStream,
  randomStream,
} from '@mammo/reader-study-stats';
import { evaluatePaired, type PairedRecord } from '../src/index.ts';

/** A population whose truth is known: scores are normal, images of a patient correlate. */
export interface Population {
  readonly name: string;
  readonly positives: { readonly patients: number; readonly images: readonly number[] };
  readonly negatives: { readonly patients: number; readonly images: readonly number[] };
  /** Share of the variance of scores, before and after, that images of a patient share. */
  readonly correlation: number;
  /** True area of the real images. */
  readonly auc: number;
  /** True fooling rates of the initially correct, the same for all images. */
  readonly fooled: { readonly remove: number; readonly insert: number };
}

/** What is estimated, with the truth it should cover. */
type Target = 'fooled-remove' | 'fooled-insert' | 'auc-real';

/** How often intervals held the truth, and how wide they were. */
export interface Coverage {
  readonly target: Target;
  readonly method: string;
  readonly covered: number;
  readonly simulations: number;
  readonly meanWidth: number;
}

/**
 * Draws data sets and counts how often each interval holds the truth.
 *
 * Real scores are N(±δ/2, 1), δ = √2·Φ⁻¹(AUC), threshold 0. Whether an attack fools an image depends on a
 * second normal variable, independent of the score, so that the true fooling rate is the one given;
 * both variables share the correlation within a patient.
 */
export function coverageOf(
  population: Population,
  options: { readonly simulations: number; readonly seed: number; readonly replicates?: number },
): readonly Coverage[] {
  const { simulations, seed, replicates = 0 } = options;
  const truth: Readonly<Record<Target, number>> = {
    'fooled-remove': population.fooled.remove,
    'fooled-insert': population.fooled.insert,
    'auc-real': population.auc,
  };
  const found = new Map<
    string,
    { target: Target; method: string; covered: number; width: number; n: number }
  >();
  const count = (
    target: Target,
    method: string,
    { lower, upper }: { readonly lower: number; readonly upper: number },
  ): void => {
    const key = `${target} ${method}`;
    const row = found.get(key) ?? { target, method, covered: 0, width: 0, n: 0 };
    row.n++;
    row.width += upper - lower;
    if (lower <= truth[target] && truth[target] <= upper) row.covered++;
    found.set(key, row);
  };
  for (let simulation = 0; simulation < simulations; simulation++) {
    const records = drawRecords(population, seed, simulation);
    const evaluation = evaluatePaired(records, {
      threshold: 0,
      scoreRange: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      curveThresholds: [0],
      ...(replicates > 0 && { bootstrap: { unit: 'patient', replicates, seed: simulation } }),
    });
    for (const direction of ['remove', 'insert'] as const) {
      const rate = evaluation.fooled[direction];
      if (rate.status !== 'ok') continue;
      count(`fooled-${direction}`, `default: ${rate.method}`, rate);
      for (const interval of rate.intervals)
        count(`fooled-${direction}`, interval.method, interval);
    }
    const { ci, intervals } = evaluation.aucReal;
    if (ci) count('auc-real', 'default', ci);
    for (const interval of intervals) count('auc-real', interval.method, interval);
  }
  return [...found.values()].map(({ target, method, covered, width, n }) => ({
    target,
    method,
    covered: covered / n,
    simulations: n,
    meanWidth: width / n,
  }));
}

function drawRecords(
  population: Population,
  seed: number,
  simulation: number,
): readonly PairedRecord[] {
  const stream = randomStream(seed, population.name, simulation);
  return (['positive', 'negative'] as const).flatMap((label) => {
    const { patients, images } = label === 'positive' ? population.positives : population.negatives;
    return Array.from({ length: patients }, (_, patient) =>
      drawPatient(population, stream, {
        label,
        patientId: `${label}-${patient}`,
        images: images[stream.integer(images.length)]!,
      }),
    ).flat();
  });
}

function drawPatient(
  { correlation, auc, fooled }: Population,
  stream: RandomStream,
  patient: {
    readonly label: BinaryLabel;
    readonly patientId: string;
    readonly images: number;
  },
): readonly PairedRecord[] {
  const { label, patientId, images } = patient;
  const sign = label === 'positive' ? 1 : -1;
  const direction = label === 'positive' ? 'remove' : 'insert';
  const shift = normal.quantile(auc) / Math.SQRT2;
  const needed = normal.quantile(1 - fooled[direction]);
  const shared = [stream.normal(), stream.normal()] as const;
  const draw = (common: number): number =>
    Math.sqrt(correlation) * common + Math.sqrt(1 - correlation) * stream.normal();
  return Array.from({ length: images }, (_, image) => {
    const scoreReal = sign * shift + draw(shared[0]);
    return {
      caseId: `${patientId}-${image}`,
      patientId,
      label,
      direction,
      intendedLabel: label === 'positive' ? 'negative' : 'positive',
      scoreReal,
      scoreFake: draw(shared[1]) > needed ? -sign : scoreReal,
      attackId: 'simulated',
    };
  });
}
