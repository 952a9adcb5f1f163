import { type RandomStream, randomStream } from '../random.ts';
import type { ReadRow } from './read-row.ts';

/** Variances of the Roe-Metz model; those of cases and error together are often set to 1. */
export interface RoeMetzVariances {
  /** σ²_R: how readers differ in each class. */
  readonly reader: number;
  /** σ²_C: how cases differ for every reader under every test. */
  readonly case: number;
  /** σ²_τR: how a reader's change between tests differs from the others'. */
  readonly testByReader: number;
  /** σ²_τC: how a case's change between tests differs from the others'. */
  readonly testByCase: number;
  /** σ²_RC: what a reader sees in a case under every test. */
  readonly readerByCase: number;
  /** σ²_E: drawn anew for every read. */
  readonly error: number;
}

/** Options of {@link simulateRoeMetz}. */
export interface RoeMetzOptions {
  /** A whole number ≥ 1. */
  readonly readers: number;
  /** Positive cases, a whole number ≥ 1; every reader rates all under every test. */
  readonly positives: number;
  /** Negative cases, a whole number ≥ 1. */
  readonly negatives: number;
  /** Mean rating of positive above negative cases, one per test. */
  readonly separations: readonly number[];
  /** The same for all tests and both classes; each finite and ≥ 0. */
  readonly variances: RoeMetzVariances;
  /** The same seed draws the same ratings. */
  readonly seed: number;
}

/**
 * Ratings under the model of Roe and Metz: readers r1, r2, … rate positive cases p1, … (truth '1') and
 * negative ones n1, … (truth '0') under tests A, B, …, crossed:
 *
 * X = truth·μᵢ + Rⱼ + C + (τR)ᵢⱼ + (τC)ᵢ + (RC)ⱼ + E, all normal, independent in the two classes.
 *
 * The AUC under test i is Φ(μᵢ/√(2·Σ variances)). Synthetic: for tests and simulations of methods.
 *
 * @throws RangeError if a size is not a whole number ≥ 1 or a variance is negative
 * @example
 * ```ts
 * const variances = { reader: 0.03, case: 0.1, testByReader: 0.03, testByCase: 0.1, readerByCase: 0.2, error: 0.6 };
 * const rows = simulateRoeMetz({ readers: 5, positives: 30, negatives: 30, separations: [1.5, 1.8], variances, seed: 1 });
 * rows.length; // => 600
 * ```
 * @see Roe and Metz 1997, Acad Radiol 4:298, doi 10.1016/S1076-6332(97)80032-3
 */
export function simulateRoeMetz(options: RoeMetzOptions): readonly ReadRow[] {
  checkOptions(options);
  const stream = randomStream(options.seed, 'roe-metz');
  return [...classReads(options, stream, '1'), ...classReads(options, stream, '0')];
}

function classReads(
  { readers, separations, variances, ...counts }: RoeMetzOptions,
  stream: RandomStream,
  truth: '1' | '0',
): readonly ReadRow[] {
  const cases = truth === '1' ? counts.positives : counts.negatives;
  const draw = (variance: number) => Math.sqrt(variance) * stream.normal();
  const list = (length: number, variance: number) => Array.from({ length }, () => draw(variance));
  const table = (rows: number, columns: number, variance: number) =>
    Array.from({ length: rows }, () => list(columns, variance));
  const ofReader = list(readers, variances.reader);
  const ofCase = list(cases, variances.case);
  const ofReaderCase = table(readers, cases, variances.readerByCase);
  return separations.flatMap((separation, test) => {
    const testReader = list(readers, variances.testByReader);
    const testCase = list(cases, variances.testByCase);
    const mean = truth === '1' ? separation : 0;
    return ofReader.flatMap((effect, j) =>
      ofCase.map(
        (level, k): ReadRow => ({
          reader: `r${j + 1}`,
          modality: String.fromCharCode(65 + test),
          case: `${truth === '1' ? 'p' : 'n'}${k + 1}`,
          truth,
          rating:
            mean +
            effect +
            level +
            testReader[j]! +
            testCase[k]! +
            ofReaderCase[j]![k]! +
            draw(variances.error),
        }),
      ),
    );
  });
}

function checkOptions({
  readers,
  positives,
  negatives,
  separations,
  variances,
}: RoeMetzOptions): void {
  const counts = { readers, positives, negatives, tests: separations.length };
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`simulateRoeMetz: ${name} must be a whole number >= 1, got ${count}`);
    }
  }
  for (const [name, variance] of Object.entries(variances)) {
    if (!(variance >= 0 && Number.isFinite(variance))) {
      throw new RangeError(`simulateRoeMetz: variance ${name} must be >= 0, got ${variance}`);
    }
  }
}
