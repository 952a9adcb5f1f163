/**
 * Type I error and coverage of the MRMC analyses under the Roe-Metz model:
 * `npm run simulate -w packages/reader-study-stats -- [studies]`. Prints a Markdown table.
 */

import { normal } from '../src/distributions/normal.ts';
import { arrangeReads } from '../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../src/mrmc/obuchowski-rockette.ts';
import type { ReadRow } from '../src/mrmc/read-row.ts';
import { type RoeMetzVariances, simulateRoeMetz } from '../src/mrmc/roe-metz.ts';
import { uStatisticAnalysis } from '../src/mrmc/u-statistics.ts';

/** Roe and Metz 1997, Table 1: data correlation, then reader variance, low or high. */
const STRUCTURES: Readonly<Record<string, RoeMetzVariances>> = {
  HL: {
    reader: 0.0055,
    case: 0.3,
    testByReader: 0.0055,
    testByCase: 0.3,
    readerByCase: 0.2,
    error: 0.2,
  },
  LH: {
    reader: 0.03,
    case: 0.1,
    testByReader: 0.03,
    testByCase: 0.1,
    readerByCase: 0.2,
    error: 0.6,
  },
};

interface Scenario {
  readonly name: string;
  readonly variances: RoeMetzVariances;
  readonly separations: readonly [number, number];
  readonly readers: number;
  readonly positives: number;
  readonly negatives: number;
  /** Which reads are kept; default all. */
  readonly keep?: (row: ReadRow) => boolean;
}

const number = (id: string): number => Number(id.slice(1));
/** Odd cases under test A, even ones under B. */
const casesNested = (row: ReadRow): boolean =>
  number(row.case) % 2 === (row.modality === 'A' ? 1 : 0);
/** Odd readers read odd cases, even readers even ones. */
const splitPlot = (row: ReadRow): boolean => number(row.case) % 2 === number(row.reader) % 2;
/** A tenth of the reads is missing, in a fixed pattern. */
const missing = (row: ReadRow): boolean =>
  (number(row.case) * 7 + number(row.reader) * 3 + (row.modality === 'A' ? 0 : 5)) % 10 !== 0;

const BASE = { readers: 5, positives: 50, negatives: 50, separations: [1.5, 1.5] } as const;
const SCENARIOS: readonly Scenario[] = [
  { ...BASE, name: 'crossed, HL', variances: STRUCTURES.HL! },
  { ...BASE, name: 'crossed, LH', variances: STRUCTURES.LH! },
  {
    ...BASE,
    name: 'crossed, LH, 10 readers, 100 + 100',
    variances: STRUCTURES.LH!,
    readers: 10,
    positives: 100,
    negatives: 100,
  },
  {
    ...BASE,
    name: 'crossed, HL, 25 + 25, AUC 0.96',
    variances: STRUCTURES.HL!,
    positives: 25,
    negatives: 25,
    separations: [2.5, 2.5],
  },
  {
    ...BASE,
    name: 'crossed, LH, AUCs 0.86 and 0.80',
    variances: STRUCTURES.LH!,
    separations: [1.5, 1.2],
  },
  {
    ...BASE,
    name: 'cases nested in tests, LH',
    variances: STRUCTURES.LH!,
    keep: casesNested,
    positives: 100,
    negatives: 100,
  },
  {
    ...BASE,
    name: 'split-plot, LH, 6 readers',
    variances: STRUCTURES.LH!,
    keep: splitPlot,
    readers: 6,
    positives: 100,
    negatives: 100,
  },
  { ...BASE, name: '10 % of reads missing, LH', variances: STRUCTURES.LH!, keep: missing },
];

/** AUC of the model: Φ(μ/√(2·Σ variances)). */
function trueArea(separation: number, variances: RoeMetzVariances): number {
  const total = Object.values(variances).reduce((sum, variance) => sum + variance, 0);
  return normal.cdf(separation / Math.sqrt(2 * total));
}

interface Interval {
  readonly ci: { readonly lower: number; readonly upper: number } | null;
}

class Tally {
  readonly name: string;
  covered = 0;
  computed = 0;

  constructor(name: string) {
    this.name = name;
  }

  add({ ci }: Interval, truth: number): void {
    if (ci === null) return;
    this.computed++;
    if (ci.lower <= truth && truth <= ci.upper) this.covered++;
  }

  toString(): string {
    const share = this.covered / this.computed;
    const error = Math.sqrt((share * (1 - share)) / this.computed);
    return `${(100 * share).toFixed(1)} ± ${(100 * error).toFixed(1)}`;
  }
}

function run(scenario: Scenario, studies: number): string {
  const { separations, variances, keep = () => true } = scenario;
  const [a, b] = separations.map((separation) => trueArea(separation, variances));
  const truth = a! - b!;
  const tallies = {
    jackknife: new Tally('OR, jackknife'),
    unbiased: new Tally('OR, unbiased'),
    u: new Tally('U-statistics'),
    imrmc: new Tally('U-statistics, iMRMC’s df'),
    mean: new Tally('OR mean of a test'),
  };
  for (let seed = 1; seed <= studies; seed++) {
    const rows = simulateRoeMetz({ ...scenario, seed }).filter(keep);
    const data = arrangeReads(rows, { positive: '1', negative: '0', direction: 'higher' });
    const or = obuchowskiRockette(data);
    tallies.jackknife.add(or.differences[0]!, truth);
    tallies.mean.add(or.means[0]!, a!);
    tallies.unbiased.add(
      obuchowskiRockette(data, { covariance: 'unbiased' }).differences[0]!,
      truth,
    );
    tallies.u.add(uStatisticAnalysis(data).differences[0]!, truth);
    tallies.imrmc.add(uStatisticAnalysis(data, { compat: 'imrmc' }).differences[0]!, truth);
  }
  const { jackknife, unbiased, u, imrmc, mean } = tallies;
  return `| ${scenario.name} | ${jackknife} | ${unbiased} | ${u} | ${imrmc} | ${mean} | ${studies - u.computed} |`;
}

const studies = Number(process.argv[2] ?? 2000);
process.stdout.write(
  `Coverage of 95 % intervals of the difference (and of one mean) in %, ± standard error, ${studies} studies each;\n` +
    'where both tests are equal, the type I error is 100 less it.\n\n' +
    '| study | OR, jackknife | OR, unbiased | U-statistics | U-statistics as iMRMC | mean of a test, OR | negative variance |\n' +
    '|---|---|---|---|---|---|---|\n',
);
for (const scenario of SCENARIOS) {
  process.stdout.write(`${run(scenario, studies)}\n`);
}
