/**
 * Worst relative errors of jstat and of this package at the 1,014 golden points, as a Markdown table:
 * `npm run bench:distributions -w packages/reader-study-stats`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type GoldenValue, goldenFunction } from '../test/distribution-values.ts';
import { relativeError } from '../test/goldens.ts';

// biome-ignore lint/suspicious/noExplicitAny: jstat has no types
const { jStat }: any = createRequire(import.meta.url)('jstat');

type Call = (...args: number[]) => number;
const ofJstat: Readonly<Record<string, Call>> = {
  'norm.cdf': (z) => jStat.normal.cdf(z, 0, 1),
  'norm.sf': (z) => 1 - jStat.normal.cdf(z, 0, 1),
  'norm.quantile': (p) => jStat.normal.inv(p, 0, 1),
  't.cdf': (t, df) => jStat.studentt.cdf(t, df),
  't.sf': (t, df) => 1 - jStat.studentt.cdf(t, df),
  't.quantile': (p, df) => jStat.studentt.inv(p, df),
  'f.cdf': (f, d1, d2) => jStat.centralF.cdf(f, d1, d2),
  'f.sf': (f, d1, d2) => 1 - jStat.centralF.cdf(f, d1, d2),
  'chi2.cdf': (x, df) => jStat.chisquare.cdf(x, df),
  'chi2.sf': (x, df) => 1 - jStat.chisquare.cdf(x, df),
  'beta.cdf': (x, a, b) => jStat.beta.cdf(x, a, b),
  'beta.sf': (x, a, b) => 1 - jStat.beta.cdf(x, a, b),
  'nct.cdf': (t, df, delta) => jStat.noncentralt.cdf(t, df, delta),
  lgamma: (x) => jStat.gammaln(x),
};

const { values } = JSON.parse(
  readFileSync(new URL('../test/fixtures/dist_reference_dev.json', import.meta.url), 'utf8'),
) as { readonly values: readonly GoldenValue[] };

const lines = [...new Set(values.map(([name]) => name))].map((name) => {
  const cases = values.filter((golden) => golden[0] === name);
  const worst = (f: Call): string =>
    Math.max(
      ...cases.map(([, args, expected]) => relativeError(f(...args), Number(expected))),
    ).toExponential(0);
  const jstat = ofJstat[name];
  const own = worst((...args) => goldenFunction(name, args));
  return `| ${name} | ${cases.length} | ${jstat ? worst(jstat) : 'absent'} | ${own} |`;
});
process.stdout.write(
  `${['| function | points | jstat | here |', '|---|---|---|---|', ...lines].join('\n')}\n`,
);
