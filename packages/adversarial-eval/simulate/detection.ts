import { normal, randomStream } from '@mammo/reader-study-stats';
import { detectionRate } from '../src/detectors/detection-rate.ts';
import { clusterBy } from '../src/intervals/clusters.ts';

/** Detector scores: real images N(0, 1), fakes N(shift, 1), images of a patient correlated. */
export interface DetectionPopulation {
  readonly patients: number;
  /** Real images of each patient, and as many fakes. */
  readonly images: number;
  readonly shift: number;
  readonly correlation: number;
  readonly falseAlarmRate: number;
}

/** How often `detectionRate` held the true share 1 − Φ(Φ⁻¹(1 − rate) − shift). */
export function detectionCoverage(
  population: DetectionPopulation,
  options: { readonly simulations: number; readonly seed: number },
): { readonly truth: number; readonly covered: number; readonly meanWidth: number } {
  const { falseAlarmRate, shift } = population;
  const { simulations, seed } = options;
  const truth = 1 - normal.cdf(normal.quantile(1 - falseAlarmRate) - shift);
  let [covered, width] = [0, 0];
  for (let simulation = 0; simulation < simulations; simulation++) {
    const found = detectionRate(drawScores(population, seed, simulation), {
      falseAlarmRate,
      level: 0.95,
      replicates: 200,
      seed: simulation,
    });
    if (found.status !== 'ok') continue;
    width += found.upper - found.lower;
    if (found.lower <= truth && truth <= found.upper) covered++;
  }
  return { truth, covered: covered / simulations, meanWidth: width / simulations };
}

function drawScores(
  population: DetectionPopulation,
  seed: number,
  simulation: number,
): Parameters<typeof detectionRate>[0] {
  const { patients, images, shift, correlation } = population;
  const stream = randomStream(seed, JSON.stringify(population), simulation);
  const scored = Array.from({ length: patients }, (_, patient) => {
    const shared = Math.sqrt(correlation) * stream.normal();
    return Array.from({ length: 2 * images }, (_, image) => {
      const own = Math.sqrt(1 - correlation) * stream.normal();
      return { patient: `${patient}`, fake: image % 2, score: (image % 2) * shift + shared + own };
    });
  }).flat();
  return {
    scores: Float64Array.from(scored, ({ score }) => score),
    positive: Uint8Array.from(scored, ({ fake }) => fake),
    clusters: clusterBy(scored.map(({ patient }) => patient)),
  };
}
