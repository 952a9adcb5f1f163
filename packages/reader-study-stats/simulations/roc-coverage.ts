/**
 * Coverage of the intervals of ROC statistics, one test and one score per case:
 * `npm run simulate:roc -w packages/reader-study-stats -- [studies]`. Prints Markdown tables.
 */

import { normal } from '../src/distributions/normal.ts';
import { empiricalAuc } from '../src/mrmc/figure-of-merit.ts';
import { arrangeReads } from '../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../src/mrmc/obuchowski-rockette.ts';
import { simulateRoeMetz } from '../src/mrmc/roe-metz.ts';
import { randomStream } from '../src/random.ts';
import type { BinaryLabel } from '../src/roc/auc.ts';
import {
  binormalArea,
  binormalPartialArea,
  binormalSensitivity,
} from '../src/roc/binormal-curve.ts';
import { binormalFit } from '../src/roc/binormal-fit.ts';
import { bootstrapFigure } from '../src/roc/bootstrap-figure.ts';
import { deLongInterval } from '../src/roc/delong.ts';
import { partialAuc, sensitivityAtSpecificity } from '../src/roc/partial-area.ts';

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

class Tally {
  covered = 0;
  computed = 0;

  add(ci: Bounds | null | undefined, truth: number): void {
    if (!ci) return;
    this.computed++;
    if (ci.lower <= truth && truth <= ci.upper) this.covered++;
  }

  toString(): string {
    const share = this.covered / this.computed;
    return `${(100 * share).toFixed(1)} ± ${(100 * Math.sqrt((share * (1 - share)) / this.computed)).toFixed(1)}`;
  }
}

const RANGE = { specificity: [0.8, 1] } as const;

/** Scores N(0, 1) and N(a/b, 1/b²): the binormal curve with a and b. */
function singleTest(
  name: string,
  curve: { a: number; b: number },
  cases: number,
  studies: number,
): string {
  const truth = {
    area: binormalArea(curve).estimate,
    partial: binormalPartialArea(curve, RANGE).estimate,
    sensitivity: binormalSensitivity(curve, 0.9).estimate,
  };
  const tallies = Array.from({ length: 9 }, () => new Tally());
  const labels = Array.from(
    { length: 2 * cases },
    (_, i): BinaryLabel => (i % 2 ? 'positive' : 'negative'),
  );
  for (let seed = 1; seed <= studies; seed++) {
    const stream = randomStream(seed, name);
    const scores = labels.map((label) =>
      label === 'positive' ? (curve.a + stream.normal()) / curve.b : stream.normal(),
    );
    const boot = { unit: 'cases', stratified: true, seed, replicates: 500 } as const;
    const of = (figure: typeof empiricalAuc, interval: 'percentile' | 'bca' = 'percentile') =>
      bootstrapFigure(scores, labels, { ...boot, figure, interval }).ci;
    const fit = binormalFit(scores, labels);
    const ok = fit.status === 'ok' ? fit : null;
    const intervals: readonly (readonly [Bounds | null | undefined, number])[] = [
      [deLongInterval(scores, labels).ci, truth.area],
      [deLongInterval(scores, labels, { transform: 'logit' }).ci, truth.area],
      [of(empiricalAuc), truth.area],
      [of(empiricalAuc, 'bca'), truth.area],
      [ok?.area.ci, truth.area],
      [of(partialAuc(RANGE)), truth.partial],
      [ok && binormalPartialArea(ok, RANGE, ok).ci, truth.partial],
      [of(sensitivityAtSpecificity(0.9)), truth.sensitivity],
      [ok && binormalSensitivity(ok, 0.9, ok).ci, truth.sensitivity],
    ];
    intervals.forEach(([ci, value], i) => {
      tallies[i]!.add(ci, value);
    });
  }
  return `| ${name} | ${tallies.join(' | ')} |`;
}

const HL = {
  reader: 0.0055,
  case: 0.3,
  testByReader: 0.0055,
  testByCase: 0.3,
  readerByCase: 0.2,
  error: 0.2,
};
const LH = {
  reader: 0.03,
  case: 0.1,
  testByReader: 0.03,
  testByCase: 0.1,
  readerByCase: 0.2,
  error: 0.6,
};

function meanOfTest(
  name: string,
  { variances, separation, cases }: { variances: typeof HL; separation: number; cases: number },
  studies: number,
): string {
  const sum = Object.values(variances).reduce((total, variance) => total + variance, 0);
  const truth = normal.cdf(separation / Math.sqrt(2 * sum));
  const tallies = { plain: new Tally(), logit: new Tally() };
  for (let seed = 1; seed <= studies; seed++) {
    const rows = simulateRoeMetz({
      readers: 5,
      positives: cases,
      negatives: cases,
      separations: [separation, separation],
      variances,
      seed,
    });
    const data = arrangeReads(rows, { positive: '1', negative: '0', direction: 'higher' });
    for (const meanInterval of ['plain', 'logit'] as const) {
      tallies[meanInterval].add(obuchowskiRockette(data, { meanInterval }).means[0]!.ci, truth);
    }
  }
  return `| ${name} | ${tallies.plain} | ${tallies.logit} |`;
}

const studies = Number(process.argv[2] ?? 500);
const area = (value: number, b: number) => ({
  a: normal.quantile(value) * Math.sqrt(1 + b * b),
  b,
});
process.stdout.write(
  `Coverage of 95 % intervals in %, ± standard error, ${studies} studies.\n\n` +
    '| mean of a test, Obuchowski-Rockette, 5 readers | plain | logit |\n|---|---|---|\n' +
    [
      meanOfTest(
        'HL, 50 + 50, AUC 0.86',
        { variances: HL, separation: 1.5, cases: 50 },
        4 * studies,
      ),
      meanOfTest(
        'LH, 50 + 50, AUC 0.86',
        { variances: LH, separation: 1.5, cases: 50 },
        4 * studies,
      ),
      meanOfTest(
        'HL, 25 + 25, AUC 0.96',
        { variances: HL, separation: 2.5, cases: 25 },
        4 * studies,
      ),
      meanOfTest(
        'LH, 25 + 25, AUC 0.96',
        { variances: LH, separation: 2.5, cases: 25 },
        4 * studies,
      ),
    ].join('\n') +
    '\n\n| one test | DeLong | DeLong, logit | bootstrap AUC | BCa | binormal AUC | bootstrap partial | binormal partial | bootstrap Se at Sp 0.9 | binormal Se at Sp 0.9 |\n' +
    `${'|---'.repeat(10)}|\n`,
);
for (const [value, cases] of [
  [0.75, 30],
  [0.85, 50],
  [0.95, 50],
  [0.95, 25],
] as const) {
  const name = `${cases} + ${cases}, AUC ${value}, b 0.8`;
  process.stdout.write(`${singleTest(name, area(value, 0.8), cases, studies)}\n`);
}
