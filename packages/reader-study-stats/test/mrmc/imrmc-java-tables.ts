import { expect } from 'vitest';
import { studentT } from '../../src/distributions/student-t.ts';
import { crossedComponents } from '../../src/mrmc/crossed-components.ts';
import type { UStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { expectClose } from '../expect-close.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

/** Java prints 6 digits. */
const printed = (actual: number | null, expected: number | null, what: string) => {
  if (expected === null) return;
  expect(Math.abs((actual ?? 0) - expected), what).toBeLessThan(6e-6 * Math.abs(expected) + 1e-12);
};

/** Moments and components as Java has them: [first, second, covariance] of every row. */
export function compareJavaDecomposition(result: UStatisticAnalysis, golden: Golden): void {
  const [first, second] = result.means;
  for (const [kind, key] of [
    ['MLE', 'mle'],
    ['Ustat', 'unbiased'],
  ] as const) {
    const rows = [
      ...result.means.map((mean) => [mean]),
      ...result.differences.map((difference) => [first!, second!, difference]),
    ];
    rows.forEach((parts, row) => {
      const of = (form: 'BDG' | 'BCK', table: 'comp' | 'coeff') =>
        Object.values<Golden>(golden[form][kind][table])[row];
      const compareParts = (
        form: 'BDG' | 'BCK',
        name: string,
        own: (part: Part) => number | null,
      ) => {
        const components = of(form, 'comp')[name];
        parts.forEach((part, i) => {
          printed(own(part), components[i], `${kind} ${name} ${i}`);
        });
        for (const rest of components.slice(parts.length)) expect(rest).toBe(0);
      };
      const compareCoefficients = (
        form: 'BDG' | 'BCK',
        name: string,
        own: (part: Part) => number,
      ) => {
        const coefficients = of(form, 'coeff')[name];
        parts.forEach((part, i) => {
          // of a covariance, which is taken twice from the variance of a difference
          printed((i === 2 ? 2 : 1) * own(part), coefficients[i], `${kind} ${name} ${i}`);
        });
        for (const rest of coefficients.slice(parts.length)) expect(rest).toBe(0);
      };
      for (let k = 0; k < 8; k++) {
        compareParts('BDG', `M${k + 1}`, ({ moments }) => moments[key][k]!);
        compareCoefficients('BDG', `M${k + 1}`, ({ moments }) => moments.coefficients[k]!);
      }
      for (const source of ['N', 'D', 'ND', 'R', 'NR', 'DR', 'RND'] as const) {
        compareParts('BCK', source, ({ decomposition }) => decomposition[key][source]);
        compareCoefficients(
          'BCK',
          source,
          ({ decomposition }) => decomposition.coefficients[source],
        );
      }
    });
  }
}
type Part = UStatisticAnalysis['means'][number] | UStatisticAnalysis['differences'][number];

/** Hillis' degrees of freedom from the unbiased components, and the tests with them, rounded down. */
export function compareHillis(
  unbiased: UStatisticAnalysis,
  [analysis, table]: readonly [UStatisticAnalysis, Golden],
): void {
  const rows = [
    ...analysis.means.map((row) => ({ row, tests: [row.test] as const, nullValue: 0.5 })),
    ...analysis.differences.map((row) => ({
      row,
      tests: [row.first, row.second] as const,
      nullValue: 0,
    })),
  ];
  rows.forEach(({ row, tests, nullValue }, i) => {
    const { hillisDf } = crossedComponents(unbiased, { tests });
    expectClose(hillisDf, table.dfHillis[i], { what: 'dfHillis', tolerance: 1e-7 });
    const { sf, quantile } = studentT({ df: Math.floor(hillisDf!) });
    const p = 2 * sf(Math.abs(row.estimate! - nullValue) / row.se!);
    expect(Math.abs(p - table.pValueHillis[i])).toBeLessThan(1e-6);
    const half = quantile(0.975) * row.se!;
    expect(Math.abs(row.estimate! - half - table.botCIHillis[i])).toBeLessThan(1e-6);
    expect(Math.abs(row.estimate! + half - table.topCIHillis[i])).toBeLessThan(1e-6);
    expect(p < 0.05 ? 1 : 0).toBe(table.rejectHillis[i]);
  });
}

/** DBM, OR and mean squares: [component, coefficient · component], and the coefficients. */
export function compareCrossed(result: UStatisticAnalysis, golden: Golden): void {
  const rows = [
    ...result.means.map(({ test }) => [test] as const),
    ...result.differences.map(({ first, second }) => [first, second] as const),
  ];
  const { readers, positives, negatives } = result.means[0]!.n as Readonly<Record<string, number>>;
  const [r, cases] = [readers!, positives! + negatives!];
  for (const [kind, estimator] of [
    ['MLE', 'mle'],
    ['Ustat', 'unbiased'],
  ] as const) {
    rows.forEach((tests, row) => {
      const { dbm, or, meanSquares } = crossedComponents(result, { tests, estimator });
      const two = tests.length === 2;
      const compareForm = (
        form: 'DBM' | 'OR' | 'MS',
        own: Readonly<Record<string, number | null>>,
        coefficients: Readonly<Record<string, number>>,
      ) => {
        const { comp, coeff } = golden[form][kind];
        for (const [name, value] of Object.entries(own)) {
          const factor = coefficients[name] ?? 0;
          const [component, contribution] = Object.values<Golden>(comp)[row][name];
          const what = `${kind} ${form} ${tests} ${name}`;
          printed(value, component, what);
          printed(factor * (value ?? 0), contribution, what);
          expect(Object.values<Golden>(coeff)[row][name][0], what).toBeCloseTo(factor, 9);
        }
      };
      compareForm(
        'DBM',
        dbm,
        two
          ? { TR: 2 / r, TC: 2 / cases, TRC: 2 / (r * cases) }
          : { R: 1 / r, C: 1 / cases, RC: 1 / (r * cases) },
      );
      const share = (r - 1) / r;
      // Of one test, MLE prints the covariances of the test with itself, without a coefficient.
      const alone =
        kind === 'MLE' && !two
          ? { COV1: or.error, COV3: or.cov2 }
          : { COV1: or.cov1, COV3: or.cov3 };
      compareForm(
        'OR',
        { R: or.reader, TR: or.testByReader, COV2: or.cov2, ERROR: or.error, ...alone },
        two
          ? { TR: 2 / r, COV1: -2 / r, COV2: 2 * share, COV3: -2 * share, ERROR: 2 / r }
          : { COV2: share, ERROR: 1 / r, R: 1 / r },
      );
      // Java prints the coefficient of MC beside RC, and of one test that of RC beside MC.
      const { R, C, RC, TR: MR, TC: MC, TRC: MRC } = meanSquares;
      const each = 1 / (r * cases);
      compareForm(
        'MS',
        { R, C, RC, MR, MC, MRC },
        two ? { RC: 2 * each, MR: 2 * each, MRC: -2 * each } : { R: each, C: each, MC: -each },
      );
    });
  }
}
