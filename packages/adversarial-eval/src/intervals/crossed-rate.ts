import { normal } from '@mammo/reader-study-stats';
import { twoSidedT } from './student-t.ts';
import { scoreInterval } from './wilson-clustered.ts';

/** One reader's outcome on one image. */
export interface CrossedOutcome {
  readonly reader: string;
  readonly patient: string;
  readonly value: boolean;
}

/** A rate over readers and images, both random. */
export type CrossedRate = {
  readonly readers: number;
  readonly patients: number;
  /** Answers: reader × image. */
  readonly n: number;
  readonly k: number;
  readonly level: number;
  readonly method: 'two-way-cluster';
} & (
  | {
      readonly status: 'ok';
      readonly rate: number;
      readonly lower: number;
      readonly upper: number;
      /** √ of the sum of the components. */
      readonly se: number;
      readonly df: number;
      readonly components: {
        readonly readers: number;
        readonly patients: number;
        readonly both: number;
      };
    }
  | {
      /** 'empty': no answer. 'single-reader', 'single-patient': nothing to generalise over. */
      readonly status: 'empty' | 'single-reader' | 'single-patient';
      readonly rate: number | null;
      readonly lower: null;
      readonly upper: null;
      readonly se: null;
      readonly df: null;
      readonly components: null;
    }
);

/**
 * The share of successes over readers × images, readers and patients both drawn at random. Variance by
 * inclusion and exclusion, Var = V(readers) + V(patients) − V(readers × patients), each the variance of
 * a clustered ratio m/(m − 1)·Σ(kᵢ − R·nᵢ)²/(Σn)². Missing answers only make it unbalanced. The interval
 * is Wilson's at the effective number of answers, with Student's t for the normal quantile; its degrees
 * of freedom are Var²/(V(readers)²/(readers − 1) + …), with the whole V(readers) as Hillis has it: without
 * V(readers × patients) three readers covered 88 % for 95 %.
 *
 * @see Cameron, Gelbach and Miller 2011, J Bus Econ Stat 29:238, doi 10.1198/jbes.2010.07136
 * @see Hillis 2007, Stat Med 26:596, doi 10.1002/sim.2532 (degrees of freedom)
 * @see Miglioretti and Heagerty 2007, Am J Epidemiol 165:453, doi 10.1093/aje/kwk020 (readers and patients)
 */
export function crossedRate(outcomes: readonly CrossedOutcome[], level: number): CrossedRate {
  const k = outcomes.filter(({ value }) => value).length;
  const n = outcomes.length;
  const rate = n === 0 ? null : k / n;
  const part = (key: (outcome: CrossedOutcome) => string) => ratioVariance(outcomes, key);
  const byReader = part(({ reader }) => reader);
  const byPatient = part(({ patient }) => patient);
  const byBoth = part(({ reader, patient }) => JSON.stringify([reader, patient]));
  const sizes = { readers: byReader.clusters, patients: byPatient.clusters, n, k, level };
  const method = 'two-way-cluster';
  if (rate === null || sizes.readers < 2 || sizes.patients < 2) {
    const few = sizes.readers < 2 ? 'single-reader' : 'single-patient';
    const nothing = { lower: null, upper: null, se: null, df: null, components: null } as const;
    return { status: rate === null ? 'empty' : few, rate, ...nothing, ...sizes, method };
  }
  const readers = Math.max(0, byReader.variance - byBoth.variance);
  const patients = Math.max(0, byPatient.variance - byBoth.variance);
  const both = byBoth.variance;
  const variance = readers + patients + both;
  const df = degreesOfFreedom(variance, [
    [readers + both, sizes.readers - 1],
    [patients, sizes.patients - 1],
  ]);
  const ratio = normal.quantile((1 + level) / 2) / twoSidedT(level, df);
  const seen = variance > 0 ? (rate * (1 - rate)) / variance : sizes.patients;
  return {
    status: 'ok',
    rate,
    ...scoreInterval(rate, seen * ratio ** 2, level),
    se: Math.sqrt(variance),
    df,
    components: { readers, patients, both },
    ...sizes,
    method,
  };
}

/** Satterthwaite's: V²/Σ(Vᵢ²/dfᵢ). */
function degreesOfFreedom(
  variance: number,
  parts: readonly (readonly [variance: number, df: number])[],
): number {
  if (variance === 0) return Math.min(...parts.map(([, df]) => df));
  return variance ** 2 / parts.reduce((sum, [part, df]) => sum + part ** 2 / df, 0);
}

function ratioVariance(
  outcomes: readonly CrossedOutcome[],
  key: (outcome: CrossedOutcome) => string,
): { readonly variance: number; readonly clusters: number } {
  const counts = new Map<string, { k: number; n: number }>();
  let [successes, trials] = [0, 0];
  for (const outcome of outcomes) {
    const name = key(outcome);
    const count = counts.get(name) ?? { k: 0, n: 0 };
    count.k += Number(outcome.value);
    count.n++;
    counts.set(name, count);
    successes += Number(outcome.value);
    trials++;
  }
  const rate = successes / trials;
  const m = counts.size;
  let squares = 0;
  for (const { k, n } of counts.values()) squares += (k - rate * n) ** 2;
  return { variance: m < 2 ? 0 : ((m / (m - 1)) * squares) / trials ** 2, clusters: m };
}
