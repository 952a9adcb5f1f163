import type { TestResult, UndefinedResult, ZeroVarianceResult } from '@mammo/reader-study-stats';
import type { Clusters } from './clusters.ts';
import { twoSidedT, twoSidedTail } from './student-t.ts';

/** A mean over images whose error is that of independent patients. */
export type PatientMean = TestResult | ZeroVarianceResult | UndefinedResult<'single-patient'>;

/**
 * The mean of values over images and whether it differs from 0, patients independent: with Dᵢ the sum
 * of the nᵢ values of patient i, d̄ = ΣD/Σn, Var = m/(m − 1) · Σ(Dᵢ − nᵢ·d̄)²/(Σn)², Student's t at m − 1
 * degrees of freedom. For differences of right and wrong (−1, 0, 1) it is the clustered counterpart of
 * McNemar's test.
 *
 * @see Obuchowski 1998, Stat Med 17:1495, doi 10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I
 *
 * **Differences**: Obuchowski's variance is that under the null hypothesis and χ² its distribution; here
 * the test agrees with its interval.
 */
export function patientMean(
  values: ArrayLike<number>,
  clusters: Clusters,
  options: { readonly level: number; readonly method: string },
): PatientMean {
  const { level, method } = options;
  const sums = new Float64Array(clusters.count);
  const sizes = new Float64Array(clusters.count);
  let total = 0;
  clusters.of.forEach((patient, image) => {
    sums[patient]! += values[image]!;
    sizes[patient]!++;
    total += values[image]!;
  });
  const estimate = total / values.length;
  const context = {
    design: 'patients independent',
    n: { images: values.length, patients: clusters.count },
    warnings: [],
    method,
    references: ['Obuchowski 1998, Stat Med 17:1495'],
  } as const;
  const nothing = { statistic: null, dist: null, df: null, pValue: null, ci: null } as const;
  const alternative = 'two-sided';
  if (clusters.count < 2) {
    return { status: 'single-patient', estimate, se: null, ...nothing, alternative, ...context };
  }
  const df = clusters.count - 1;
  let squares = 0;
  sums.forEach((sum, patient) => {
    squares += (sum - sizes[patient]! * estimate) ** 2;
  });
  const se = Math.sqrt((clusters.count / df) * squares) / values.length;
  if (se === 0) {
    return { status: 'zero-variance', estimate, se, ...nothing, alternative, ...context };
  }
  const half = twoSidedT(level, df) * se;
  return {
    status: 'ok',
    estimate,
    se,
    statistic: estimate / se,
    dist: 't',
    df,
    pValue: twoSidedTail(estimate / se, df),
    alternative,
    ci: { level, lower: estimate - half, upper: estimate + half, method },
    ...context,
  };
}
