/**
 * Type I error and power of the tests between two sessions with different images, beside the paper's
 * sub-group test: `npm run simulate:sessions -w packages/reader-study-stats -- [studies]`.
 * Prints a Markdown table and writes session-tests.json beside itself.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareSessions } from '../src/answers/compare-sessions.ts';
import { ORDINAL_RATINGS, scoreReads } from '../src/answers/score-reads.ts';
import { holmAdjust } from '../src/inference/multiple-comparisons.ts';
import { gee } from '../src/models/gee.ts';
import { glmm } from '../src/models/glmm.ts';
import { specificityAt } from '../src/mrmc/figure-of-merit.ts';
import { arrangeReads } from '../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../src/mrmc/obuchowski-rockette.ts';
import { uStatisticAnalysis } from '../src/mrmc/u-statistics.ts';
import type { Read } from '../src/reads.ts';
import { subgroupTest } from '../src/reproduction/subgroup-test.ts';
import { PAPER, READERS, type Scenario, simulateSessions } from './simulated-sessions.ts';

const SCENARIOS: readonly Scenario[] = [
  { ...PAPER, name: 'no reader changes' },
  { ...PAPER, name: 'no reader changes, harder images vary more', imageSd: 1.5 },
  { ...PAPER, name: 'no reader changes, 40 images', images: 40 },
  { ...PAPER, name: 'readers change, by 0.4 either way, none on average', driftSd: 0.4 },
  { ...PAPER, name: 'all readers change by −0.4', effect: -0.4 },
];

/** p-values of one study, by method; null where a method has none. */
function analyse(reads: readonly Read[]): Readonly<Record<string, number | null>> {
  const question = { truth: 'real', from: '3', to: '5', unsure: 'incorrect' } as const;
  const published = READERS.map((reader) => subgroupTest(reads, { ...question, reader }));
  const exact = READERS.map((reader) => compareSessions(reads, { ...question, reader }));
  const publishedP = published.map((test) => (test.status === 'ok' ? test.pValue : 1));
  const exactP = exact.map(({ pValue }) => pValue);
  const rows = scoreReads(
    reads.filter(({ truth }) => truth === 'real'),
    { unsure: 'incorrect' },
  );
  const clustered = {
    response: 'score',
    terms: ['session', 'reader'],
    cluster: 'case',
    correlation: 'exchangeable',
  } as const;
  const robust = gee(rows, { ...clustered, correction: 'none' });
  const corrected = gee(rows, { ...clustered, correction: 'mancl-derouen', reference: 't' });
  const mixed = { response: 'score', terms: ['session'] } as const;
  const fixedChange = glmm(rows, { ...mixed, random: ['case', 'reader'] });
  const randomChange = glmm(rows, { ...mixed, random: ['case', 'reader', 'reader:session'] });
  const data = arrangeReads(reads, {
    positive: 'fake',
    negative: 'real',
    direction: 'higher',
    labels: ORDINAL_RATINGS,
  });
  const [or] = obuchowskiRockette(data, { figure: specificityAt(1.5) }).differences;
  const [u] = uStatisticAnalysis(data, {
    kernel: { kind: 'specificity', threshold: 1.5 },
  }).differences;
  return {
    'sub-groups, reader 1': publishedP[0]!,
    'sub-groups, any of 5': Math.min(...publishedP),
    'Newcombe, reader 1': excludesZero(exact[0]!.ci),
    'Fisher, reader 1': exactP[0]!,
    'Fisher, any of 5': Math.min(...exactP),
    'Fisher with Holm, any of 5': Math.min(...holmAdjust(exactP)),
    'GEE by image': robust.coefficients[1]!.pValue,
    'GEE, Mancl-DeRouen, t': corrected.coefficients[1]!.pValue,
    'GLMM, readers and images': fixedChange.coefficients[1]!.pValue,
    'GLMM, and reader:session': randomChange.coefficients[1]!.pValue,
    'MRMC, OR': or!.pValue,
    'MRMC, U': u!.pValue,
  };
}

/** Below 0.05 exactly if the interval is. */
function excludesZero({
  lower,
  upper,
}: {
  readonly lower: number;
  readonly upper: number;
}): number {
  return lower > 0 || upper < 0 ? 0 : 1;
}

/** How often a method rejected, of the studies in which it had a p-value. */
interface Rejections {
  readonly rejected: number;
  readonly defined: number;
}

function rejections(pValues: readonly (number | null)[]): Rejections {
  const defined = pValues.filter((p) => p !== null);
  return { rejected: defined.filter((p) => p < 0.05).length, defined: defined.length };
}

const studies = Number(process.argv[2] ?? 500);
const results = SCENARIOS.map((scenario) => {
  const pValues = Array.from({ length: studies }, (_, k) =>
    analyse(simulateSessions(scenario, k + 1)),
  );
  process.stderr.write(`${scenario.name}\n`);
  const methods = Object.keys(pValues[0]!);
  const counts = methods.map((method) => [method, rejections(pValues.map((p) => p[method]!))]);
  return {
    scenario: scenario.name,
    methods: Object.fromEntries(counts) as Record<string, Rejections>,
  };
});
const file = join(import.meta.dirname, 'session-tests.json');
writeFileSync(file, `${JSON.stringify({ studies, results }, null, 2)}\n`);

const header = `| method | ${results.map(({ scenario }) => scenario).join(' | ')} |`;
process.stdout.write(`${header}\n|---|${'---|'.repeat(results.length)}\n`);
for (const method of Object.keys(results[0]!.methods)) {
  const cells = results.map(({ methods }) => {
    const { rejected, defined } = methods[method]!;
    const missing = studies - defined;
    return `${((100 * rejected) / defined).toFixed(1)}${missing > 0 ? ` (${missing} undefined)` : ''}`;
  });
  process.stdout.write(`| ${method} | ${cells.join(' | ')} |\n`);
}
