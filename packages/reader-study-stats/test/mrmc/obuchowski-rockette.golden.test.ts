import { describe, expect, it } from 'vitest';
import { normal } from '../../src/distributions/normal.ts';
import { empiricalAuc, sensitivityAt, specificityAt } from '../../src/mrmc/figure-of-merit.ts';
import type { CovarianceMethod } from '../../src/mrmc/figure-table.ts';
import { arrangeReads, type MrmcData } from '../../src/mrmc/mrmc-data.ts';
import { type OrAnalysis, obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import type { DesignKind } from '../../src/mrmc/study-design.ts';
import { binormalAuc } from '../../src/roc/binormal-figures.ts';
import { expectClose } from '../expect-close.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { CODED, goldenJson, goldenRows, goldenStudy, realOrFakeStudy } from '../mrmc-goldens.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

/** MRMCaov's codes of designs. */
const DESIGN_CODES: Readonly<Record<DesignKind, number>> = {
  crossed: 1,
  'cases-nested-in-readers': 2,
  'cases-nested-in-tests': 3,
  'readers-nested-in-tests': 4,
  'split-plot': -1,
  partial: -1,
};

/** The analysis that a golden of MRMCaov describes. */
function analysisOf(data: MrmcData, name: string, golden: Golden): OrAnalysis {
  const threshold = Number(/ge(\d+)/.exec(name)?.[1]);
  const figure = {
    empirical_auc: () => empiricalAuc,
    binary_sens: () => sensitivityAt(threshold),
    binary_spec: () => specificityAt(threshold),
  }[golden.metric as 'empirical_auc']();
  const model = golden.fixed.case ? 'RRFC' : golden.fixed.reader ? 'FRRC' : 'RRRC';
  const method = golden.cov_method === 'NULL' ? 'jackknife' : golden.cov_method.toLowerCase();
  return obuchowskiRockette(data, {
    figure,
    model,
    covariance: method as CovarianceMethod,
    compat: 'mrmcaov',
  });
}

/** Every number of a golden; `accuracy` is that of a figure which MRMCaov finds by a search. */
function compare(result: OrAnalysis, golden: Golden, accuracy = 1e-10): void {
  const close = (actual: unknown, expected: unknown, what: string, tolerance = 1e-10) =>
    expectClose(actual, expected, { what, tolerance: Math.max(accuracy, tolerance) });
  const { table, anova, components } = result;
  expect(DESIGN_CODES[table.design.kind]).toBe(golden.design);
  close(
    table.cells.map(({ value }) => value),
    golden.per_reader.value,
    'figures',
  );
  expect(table.cells.map(({ cases }) => cases)).toEqual(golden.per_reader.n);
  if (golden.cov_matrix) {
    // On the scale of the standard errors; below 1e-16 are only the golden's own rounding errors.
    golden.cov_matrix.values.forEach((row: number[], a: number) => {
      row.forEach((value, b) => {
        const scale = Math.sqrt(table.covariance[a]![a]! * table.covariance[b]![b]!);
        expect(Math.abs(table.covariance[a]![b]! - value)).toBeLessThanOrEqual(
          accuracy * scale + 1e-16,
        );
      });
    });
  }
  const lines = [anova.test, anova.reader, anova.testByReader].filter((line) => line !== null);
  close(
    lines.map((line) => line.df),
    golden.anova.df,
    'df',
  );
  close(
    lines.map((line) => line.sumOfSquares),
    golden.anova.SS,
    'SS',
  );
  close(
    lines.map((line) => line.meanSquare),
    golden.anova.MS,
    'MS',
  );
  if (golden.vcov_comps) {
    const { error, cov1, cov2, cov3 } = components;
    close([error, cov1, cov2, cov3], golden.vcov_comps.Estimate.slice(2), 'components');
    const shares = [cov1, cov2, cov3].map((covariance) => covariance / error);
    close(shares, golden.vcov_comps.Correlation.slice(3), 'correlations');
    golden.vcov_comps.Estimate.slice(0, 2).forEach((value: number | null, i: number) => {
      const own = [components.reader, components.testByReader][i];
      if (value !== null) expect(Math.abs(own! - value)).toBeLessThan(accuracy * error);
    });
  }
  const { equality } = result;
  if (equality.status !== 'ok') throw new Error(equality.status);
  const expected = golden.test_equality;
  close(equality.statistic, expected.F ?? expected.X2, 'F or X2');
  close(equality.df, expected.F ? [expected.df1, expected.df2] : [expected.df], 'df of F or X2');
  close(equality.pValue, expected['p-value'], 'p of F or X2', 1e-9);
  compareParts(result, expected, close);
  compareDifferences(result.differences, golden.test_diffs, close);
  if (golden.test_means) compareMeans(result.means, golden.test_means, close);
  if (golden.reader_means) compareMeans(result.readerMeans, golden.reader_means, close);
  if (golden.reader_test_diffs) {
    compareReaderDifferences(result, golden.reader_test_diffs, close);
  }
}

/** What F or χ² is made of: mean squares, covariances and the denominator. */
function compareParts(
  { anova, components, equality }: OrAnalysis,
  golden: Golden,
  close: Close,
): void {
  const { statistic, df } = equality;
  const meanSquare = anova.test.meanSquare!;
  const numerator = golden.F === undefined ? df![0]! * meanSquare : meanSquare;
  const parts: Readonly<Record<string, number | null | undefined>> = {
    'MS(T)': meanSquare,
    'MS[T]': meanSquare,
    'MS(T:R)': anova.testByReader?.meanSquare,
    'MS[R(T)]': anova.reader.meanSquare,
    Cov1: components.cov1,
    Cov2: components.cov2,
    Cov3: components.cov3,
    Denominator: numerator / statistic!,
  };
  for (const [name, value] of Object.entries(parts)) {
    if (golden[name] !== undefined) close(value, golden[name], name, 1e-9);
  }
}

type Close = (actual: unknown, expected: unknown, what: string, tolerance?: number) => void;

function compareDifferences(
  differences: OrAnalysis['differences'],
  golden: Golden,
  close: Close,
): void {
  const tests = differences.map((d) => {
    if (d.status !== 'ok') throw new Error(d.status);
    return d;
  });
  const comparisons = [golden.Comparison].flat().map((text) => text.replaceAll('session', ''));
  expect(tests.map((d) => `${d.first} - ${d.second}`)).toEqual(comparisons);
  close(
    tests.map((d) => d.estimate),
    [golden.Estimate].flat(),
    'difference',
    1e-9,
  );
  close(
    tests.map((d) => d.se),
    [golden.StdErr].flat(),
    'se of difference',
  );
  if (golden.df !== undefined)
    close(
      tests.map((d) => d.df),
      [golden.df].flat(),
      'df',
    );
  close(
    tests.map((d) => d.statistic),
    [golden.t ?? golden.z].flat(),
    't',
    1e-9,
  );
  close(
    tests.map((d) => d.pValue),
    [golden['p-value']].flat(),
    'p',
    1e-8,
  );
  close(
    tests.map((d) => d.ci.lower),
    [golden.ci_lower].flat(),
    'lower',
    1e-9,
  );
  close(
    tests.map((d) => d.ci.upper),
    [golden.ci_upper].flat(),
    'upper',
    1e-9,
  );
}

function compareMeans(means: OrAnalysis['means'], golden: Golden, close: Close): void {
  const { Estimate, empirical_auc, binary_sens, binary_spec } = golden;
  const estimates = Estimate ?? empirical_auc ?? binary_sens ?? binary_spec;
  const column = (name: 'estimate' | 'se' | 'df') => means.map((m) => m[name]);
  close(column('estimate'), estimates, 'mean');
  close(column('se'), golden.StdErr, 'se of mean');
  if (golden.df) close(column('df'), golden.df, 'df of mean');
  const part = (name: string) => means.map((m) => m.components?.[name]);
  if (golden['MS(R)']) close(part('MS(R)'), golden['MS(R)'], 'MS(R) of mean');
  if (golden.Cov2) close(part('cov2'), golden.Cov2, 'Cov2 of mean');
  if (golden['Var(Error)']) close(part('error'), golden['Var(Error)'], 'error of mean');
  // Where MRMCaov gives an interval without width, there is a status instead.
  const bound = (name: 'lower' | 'upper') =>
    means.map((m) => (m.status === 'zero-variance' ? m.estimate : m.ci?.[name]));
  close(bound('lower'), golden.ci_lower, 'lower of mean');
  close(bound('upper'), golden.ci_upper, 'upper of mean');
}

function compareReaderDifferences(result: OrAnalysis, golden: Golden, close: Close): void {
  const tests = result.readerDifferences.map((d) => {
    if (d.status !== 'ok') throw new Error(d.status);
    return d;
  });
  expect(tests.map((d) => d.reader)).toEqual(golden.Reader);
  close(
    tests.map((d) => d.estimate),
    golden.Estimate,
    'reader difference',
    1e-9,
  );
  // MRMCaov recycles the readers' standard errors over the comparisons (R warns of it): row i has that of
  // reader i modulo their number. Ours belong to their reader; recycled, they give each of its numbers.
  const readers = new Set(golden.Reader).size;
  const perReader = tests.length / readers;
  const errors = tests.map((_, i) => tests[(i % readers) * perReader]!.se);
  close(errors, golden.StdErr, 'se of reader difference');
  const z = tests.map(({ estimate }, i) => estimate / errors[i]!);
  close(z, golden.z, 'z of reader', 1e-9);
  close(
    z.map((value) => 2 * normal.sf(Math.abs(value))),
    golden['p-value'],
    'p of reader',
    1e-8,
  );
  for (const [name, sign] of [
    ['ci_lower', -1],
    ['ci_upper', 1],
  ] as const) {
    golden[name].forEach((bound: number, i: number) => {
      const own = tests[i]!.estimate + sign * normal.quantile(0.975) * errors[i]!;
      expect(Math.abs(own - bound)).toBeLessThan(1e-10);
    });
  }
  if (perReader > 1) return;
  close(
    tests.map((d) => d.statistic),
    golden.z,
    'own z of reader',
    1e-9,
  );
  close(
    tests.map((d) => d.pValue),
    golden['p-value'],
    'own p of reader',
    1e-9,
  );
}

const goldensOf = (tables: Readonly<Record<string, string>>) =>
  Object.entries(tables).flatMap(([table, file]) =>
    Object.entries<Golden>(goldenJson(file))
      .filter(([, golden]) => golden?.per_reader && /^(empirical_auc|binary)/.test(golden.metric))
      .filter(([name]) => !/nested_in|partially/.test(name))
      .map(([name, golden]) => ({ table, name, golden })),
  );

const SIMULATED = goldensOf(
  Object.fromEntries(
    ['crossed', 'splitplot', 'casesnested', 'readersnested', 'missing'].map((design) => [
      `sim_${design}_dev.csv`,
      `sim_${design}_dev.expected.json`,
    ]),
  ),
);

const PUBLIC = sharedIsAbsent
  ? []
  : goldensOf({
      'vandyke.csv': 'vandyke.mrmcaov.expected.json',
      'penedo_roc.csv': 'penedo_roc.expected.json',
    });

describe('MRMCaov, simulated studies', () => {
  it.each(SIMULATED)('$table $name', ({ table, name, golden }) => {
    compare(analysisOf(goldenStudy(table), name, golden), golden);
  });

  it.each([
    ['mrmcaov_auc_unbiased', 'unbiased', empiricalAuc],
    ['mrmcaov_auc_jackknife', 'jackknife', empiricalAuc],
    ['mrmcaov_sens_jackknife', 'jackknife', sensitivityAt(2.5)],
    ['mrmcaov_spec_jackknife', 'jackknife', specificityAt(2.5)],
  ] as const)('real or fake, cases nested in sessions: %s', (name, covariance, figure) => {
    const golden = goldenJson('readerstudy_sim_dev.mrmc.json')[name];
    const result = obuchowskiRockette(realOrFakeStudy(), { covariance, figure });
    const { components, equality, means } = result;
    const close = (actual: unknown, expected: unknown, what: string, tolerance = 1e-10) =>
      expectClose(actual, expected, { what, tolerance });
    close(
      result.table.cells.map(({ value }) => value),
      golden.value,
      'figures',
    );
    const { reader, testByReader, error, cov1, cov2, cov3 } = components;
    close(
      [reader, testByReader, error, cov1, cov2, cov3],
      golden.vcov.Estimate,
      'components',
      1e-9,
    );
    const shares = [cov1, cov2, cov3].map((covariance) => covariance / error);
    close(shares, golden.vcov.Correlation.slice(3), 'correlations');
    expect(DESIGN_CODES[result.table.design.kind]).toBe(golden.design);
    if (equality.status !== 'ok') throw new Error(equality.status);
    close(equality.statistic, golden.equality.F, 'F');
    close(equality.df, [golden.equality.df1, golden.equality.df2], 'df');
    close(equality.pValue, golden.equality['p-value'], 'p', 1e-9);
    compareParts(result, golden.equality, close);
    compareDifferences(result.differences, golden.diffs, (actual, expected, what) =>
      close(actual, expected, what, 1e-8),
    );
    compareMeans(means, golden.means, close);
  });
});

describe.skipIf(sharedIsAbsent)('MRMCaov, public data (skipped: ../shared/data absent)', () => {
  it.each(PUBLIC)('$table $name', ({ table, name, golden }) => {
    compare(analysisOf(goldenStudy(table), name, golden), golden);
  });

  it('VanDyke, binormal areas: as close as its search of 114 leave-one-out fits is', () => {
    const golden = goldenJson('vandyke.mrmcaov.expected.json')['binormal_auc.jackknife.RRRC'];
    const figure = binormalAuc;
    compare(obuchowskiRockette(goldenStudy('vandyke.csv'), { figure }), golden, 2e-3);
  });

  it.each(['jackknife', 'unbiased'])('VanDyke recoded to other designs, %s', (method) => {
    const all = goldenJson('vandyke.mrmcaov.expected.json');
    const rows = goldenRows('vandyke.csv');
    const recode = (change: (row: (typeof rows)[number]) => object | null) =>
      arrangeReads(
        rows.flatMap((row) => {
          const changed = change(row);
          return changed ? [{ ...row, ...changed }] : [];
        }),
        CODED,
      );
    const designs: Record<string, MrmcData> = {
      cases_nested_in_readers: recode((row) => ({ case: `${row.reader}.${row.case}` })),
      cases_nested_in_tests: recode((row) => ({ case: `${row.modality}.${row.case}` })),
      readers_nested_in_tests_5v4: recode((row) =>
        row.modality === '2' && row.reader === '5'
          ? null
          : { reader: `T${row.modality}R${row.reader}` },
      ),
      partially_paired_missing8: recode((row) =>
        ['5', '17', '80', '101'].includes(row.case) &&
        row.modality === '2' &&
        ['1', '3'].includes(row.reader)
          ? null
          : {},
      ),
    };
    let compared = 0;
    for (const [design, data] of Object.entries(designs)) {
      for (const model of ['RRRC', 'FRRC']) {
        const name = `empirical_auc.${method}.${design}.${model}`;
        if (!all[name]) continue;
        compare(analysisOf(data, name, all[name]), all[name]);
        compared++;
      }
    }
    expect(compared).toBe(5);
  });
});
