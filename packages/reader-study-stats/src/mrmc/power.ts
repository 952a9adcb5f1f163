import { fisherF } from '../distributions/fisher-f.ts';
import { noncentralF } from '../distributions/noncentral-f.ts';
import { normal } from '../distributions/normal.ts';
import type { OrAnalysis } from './obuchowski-rockette.ts';
import type { ErrorCovariances } from './or-components.ts';
import type { OrModel } from './or-tests.ts';

/** Variance components of a pilot study: published ones, or those of {@link pilotComponents}. */
export interface PilotComponents extends ErrorCovariances {
  /** Variance of the test-by-reader interaction; below 0 counts as 0. */
  readonly testByReader: number;
  /** Cases of the study that error and covariances come from. */
  readonly cases: number;
}

/** Options of {@link mrmcPower}. */
export interface MrmcPowerOptions {
  /** Variances for its own number of cases; they are scaled to the planned one. */
  readonly pilot: PilotComponents;
  /** True difference of the two tests' mean figures of merit, ≠ 0. */
  readonly effect: number;
  /** A whole number ≥ 2, or ≥ 1 where readers are fixed. */
  readonly readers: number;
  /** Cases, with the pilot's share of positive ones. */
  readonly cases: number;
  /** Default 'RRRC'. */
  readonly model?: OrModel;
  /** Two-sided level; default 0.05. */
  readonly alpha?: number;
}

/** Result of {@link mrmcPower}. */
export interface MrmcPower {
  /** Probability that the test rejects, in (0, 1). */
  readonly power: number;
  /** λ = r·d²/2/D. */
  readonly noncentrality: number;
  /** Of F; null with fixed readers, where the statistic is χ² with one. */
  readonly denominatorDf: number | null;
  /** Critical value of F or χ². */
  readonly critical: number;
  /** As planned. */
  readonly readers: number;
  /** As planned; of {@link mrmcSampleSize}, the least number that is enough. */
  readonly cases: number;
}

/** Result of {@link mrmcSampleSize}. */
export type MrmcSampleSize =
  | ({
      /** Some number of cases is enough. */
      readonly status: 'ok';
    } & MrmcPower)
  | {
      /** No number of cases is enough: the readers differ too much. More readers are needed. */
      readonly status: 'not-reachable';
      /** The power with unlimited cases. */
      readonly limit: number;
      /** As planned. */
      readonly readers: number;
    };

const MOST_CASES = 1e7;

/**
 * The variance components of a study, as a pilot for another.
 * @throws RangeError if the study has one reader or one test
 * @example
 * ```ts
 * mrmcSampleSize({ pilot: pilotComponents(obuchowskiRockette(study)), effect: 0.05, readers: 6 });
 * ```
 */
export function pilotComponents({ components, table }: OrAnalysis): PilotComponents {
  const { testByReader, error, cov1, cov2, cov3 } = components;
  if (testByReader === null) {
    throw new RangeError(
      'pilotComponents: the pilot must have at least two readers who read under every test, got fewer',
    );
  }
  const cases = Math.max(...table.cells.map((cell) => cell.cases));
  return { testByReader, error, cov1, cov2, cov3, cases };
}

/**
 * Power of the Obuchowski-Rockette test of two tests, crossed design. With error and covariances scaled
 * to the new number of cases, σ²_ε·(K₀/K) and so on, Δ = max(Cov₂ − Cov₃, 0):
 *
 * λ = r·d²/2/D, RRRC: D = σ²_TR + σ²_ε − Cov₁ + (r − 1)Δ, ν = D²/((σ²_TR + σ²_ε − Cov₁ − Δ)²/(r − 1));
 * FRRC: D = σ²_ε − Cov₁ + (r − 1)Δ, χ²; RRFC: D = σ²_TR + σ²_ε − Cov₁ − Δ, ν = r − 1.
 *
 * @example
 * ```ts
 * const pilot = { testByReader: 0.0002, error: 0.0008, cov1: 0.00035, cov2: 0.00034, cov3: 0.00024, cases: 114 };
 * mrmcPower({ pilot, effect: 0.05, readers: 6, cases: 250 }).power.toFixed(2); // => '0.90'
 * ```
 * @throws RangeError if an option is outside its range
 * @see Hillis, Obuchowski and Berbaum 2011, Acad Radiol 18:129, doi 10.1016/j.acra.2010.09.007
 */
export function mrmcPower(options: MrmcPowerOptions): MrmcPower {
  checkOptions('mrmcPower', options);
  const { readers, cases } = options;
  return { ...powerAt(options, options.pilot.cases / cases), readers, cases };
}

/**
 * The least number of cases with which readers have a power, or the status that none has.
 *
 * @param options as {@link mrmcPower}, without cases; power: default 0.8
 * @throws RangeError if an option is outside its range
 * @example
 * ```ts
 * const pilot = { testByReader: 2e-4, error: 8e-4, cov1: 3.5e-4, cov2: 3.4e-4, cov3: 2.4e-4, cases: 114 };
 * mrmcSampleSize({ pilot, effect: 0.05, readers: 6 }); // { status: 'ok', cases, power, … }
 * ```
 */
export function mrmcSampleSize(
  options: Omit<MrmcPowerOptions, 'cases'> & { readonly power?: number },
): MrmcSampleSize {
  const { power = 0.8, readers, pilot } = options;
  checkOptions('mrmcSampleSize', { ...options, cases: 2 });
  if (!(power > 0 && power < 1)) {
    throw new RangeError(`mrmcSampleSize: power must lie between 0 and 1, got ${power}`);
  }
  const at = (cases: number) => powerAt(options, pilot.cases / cases);
  let high = 2;
  while (at(high).power < power && high < MOST_CASES) high *= 2;
  if (high >= MOST_CASES) {
    return { status: 'not-reachable', limit: at(MOST_CASES).power, readers };
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle).power < power) low = middle;
    else high = middle;
  }
  return { status: 'ok', ...at(high), readers, cases: high };
}

function powerAt(
  { pilot, effect, readers, model = 'RRRC', alpha = 0.05 }: Omit<MrmcPowerOptions, 'cases'>,
  scale: number,
): Omit<MrmcPower, 'readers' | 'cases'> {
  const interaction = Math.max(pilot.testByReader, 0);
  const shared = scale * Math.max(pilot.cov2 - pilot.cov3, 0);
  const own = scale * (pilot.error - pilot.cov1);
  const numerator = (readers * effect ** 2) / 2;
  if (model === 'FRRC') {
    const noncentrality = numerator / (own + (readers - 1) * shared);
    const z = normal.quantile(1 - alpha / 2);
    const shift = Math.sqrt(noncentrality);
    const power = normal.sf(z - shift) + normal.sf(z + shift);
    return { power, noncentrality, denominatorDf: null, critical: z ** 2 };
  }
  const meanSquare = interaction + own - shared;
  const denominator = model === 'RRRC' ? meanSquare + readers * shared : meanSquare;
  const df = (readers - 1) * (denominator / meanSquare) ** 2;
  const noncentrality = numerator / denominator;
  const critical = fisherF({ df: [1, df] }).upperQuantile(alpha);
  const power = noncentralF({ df: [1, df], noncentrality }).sf(critical);
  return { power, noncentrality, denominatorDf: df, critical };
}

function checkOptions(
  caller: string,
  { pilot, effect, readers, cases, model = 'RRRC', alpha = 0.05 }: MrmcPowerOptions,
): void {
  const least = model === 'FRRC' ? 1 : 2;
  if (!Number.isInteger(readers) || readers < least) {
    throw new RangeError(`${caller}: readers must be a whole number >= ${least}, got ${readers}`);
  }
  if (!(cases >= 2 && pilot.cases >= 2)) {
    throw new RangeError(`${caller}: cases must be at least 2, got ${cases} and ${pilot.cases}`);
  }
  if (!(Number.isFinite(effect) && effect !== 0)) {
    throw new RangeError(`${caller}: effect must be finite and not 0, got ${effect}`);
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(`${caller}: alpha must lie between 0 and 1, got ${alpha}`);
  }
  const { error, cov1, cov2, cov3 } = pilot;
  if (!(error - cov1 - Math.max(cov2 - cov3, 0) > 0)) {
    throw new RangeError(
      `${caller}: error - cov1 - (cov2 - cov3) must be positive, got ${error - cov1 - Math.max(cov2 - cov3, 0)}`,
    );
  }
}
