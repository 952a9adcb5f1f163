import { normal, randomStream } from '@mammo/reader-study-stats';
import { type CrossedOutcome, crossedRate } from '../src/index.ts';

/** Readers and patients drawn from populations; whether an attack passes is a probit of both. */
export interface ReaderPopulation {
  readonly readers: number;
  readonly patients: number;
  readonly imagesPerPatient: number;
  readonly mean: number;
  /** Standard deviations of readers and patients; that of a single answer is 1. */
  readonly sdReaders: number;
  readonly sdPatients: number;
  /** Share of answers that are missing. */
  readonly missing: number;
}

/** How often `crossedRate` held the true rate Φ(mean/√(1 + sdReaders² + sdPatients²)). */
export function readerCoverage(
  population: ReaderPopulation,
  options: { readonly simulations: number; readonly seed: number },
): { readonly truth: number; readonly covered: number; readonly meanWidth: number } {
  const { mean, sdReaders, sdPatients } = population;
  const truth = normal.cdf(mean / Math.sqrt(1 + sdReaders ** 2 + sdPatients ** 2));
  let [covered, width] = [0, 0];
  for (let simulation = 0; simulation < options.simulations; simulation++) {
    const { lower, upper } = crossedRate(drawAnswers(population, options.seed, simulation), 0.95);
    if (lower === null || upper === null) continue;
    width += upper - lower;
    if (lower <= truth && truth <= upper) covered++;
  }
  const { simulations } = options;
  return { truth, covered: covered / simulations, meanWidth: width / simulations };
}

function drawAnswers(
  population: ReaderPopulation,
  seed: number,
  simulation: number,
): readonly CrossedOutcome[] {
  const stream = randomStream(seed, 'readers', simulation);
  const effects = (count: number, sd: number) =>
    Array.from({ length: count }, () => sd * stream.normal());
  const ofReaders = effects(population.readers, population.sdReaders);
  const ofPatients = effects(population.patients, population.sdPatients);
  const answers: CrossedOutcome[] = [];
  ofReaders.forEach((reader, r) => {
    ofPatients.forEach((patient, p) => {
      for (let image = 0; image < population.imagesPerPatient; image++) {
        if (stream.uniform() < population.missing) continue;
        const value = population.mean + reader + patient + stream.normal() > 0;
        answers.push({ reader: `R${r}`, patient: `P${p}`, value });
      }
    });
  });
  return answers;
}
