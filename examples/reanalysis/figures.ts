/**
 * Draws the pictures of docs/reanalysis.md: `npm run reanalysis`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fisherExactTest,
  holmAdjust,
  newcombeInterval,
  proportion,
  type ReaderDetection,
  readerAccuracies,
  readerDetection,
  wilsonInterval,
} from '@mammo/reader-study-stats';
import { learningCurve } from '@mammo/reader-study-stats/models';
import {
  type ForestRow,
  forestPlot,
  formatPValue,
  linePlot,
  pairedPlot,
} from '@mammo/reader-study-stats/report';
import { PUBLISHED_COUNTS } from './published-counts.ts';
import { simulatedReads } from './simulated-reads.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/reanalysis');
const SIMULATIONS = join(ROOT, 'packages/reader-study-stats/simulations/session-tests.json');
const SIMULATED = 'simulated readers';

/** Differences after − before with Newcombe's intervals, and p by Fisher, adjusted by Holm. */
function publishedDifferences(): string {
  const adjusted = holmAdjust(
    PUBLISHED_COUNTS.map(({ before, after }) => fisherExactTest(after, before).pValue),
  );
  const kinds = [...new Set(PUBLISHED_COUNTS.map(({ kind }) => kind))];
  const rows = kinds.flatMap((kind): ForestRow[] => [
    { name: kind, estimate: null, lower: null, upper: null, kind: 'heading', text: '' },
    ...PUBLISHED_COUNTS.flatMap((row, i) => {
      if (row.kind !== kind) return [];
      const { estimate, lower, upper } = newcombeInterval(row.after, row.before);
      const text = `published ${row.published}, here ${formatPValue(adjusted[i])}`;
      return { name: `reader ${row.reader}`, estimate, lower, upper, text };
    }),
  ]);
  return forestPlot(rows, {
    title: 'Published accuracies, session 5 minus session 3',
    x: { label: 'difference in accuracy', domain: [-0.5, 0.5] },
    references: [{ value: 0 }],
  });
}

/** What `npm run simulate:sessions -w packages/reader-study-stats` writes; the first has no change. */
interface SimulatedTests {
  readonly results: readonly {
    readonly methods: Readonly<
      Record<string, { readonly rejected: number; readonly defined: number }>
    >;
  }[];
}

/** Share of true nulls that each test rejects at 0.05, of packages/reader-study-stats/simulations. */
function rejectedNulls(): string {
  const { results } = JSON.parse(readFileSync(SIMULATIONS, 'utf8')) as SimulatedTests;
  const rows = Object.entries(results[0]!.methods).map(
    ([name, { rejected, defined }]): ForestRow => {
      const { rate, lower, upper } = wilsonInterval(rejected, defined);
      return { name, estimate: rate, lower, upper };
    },
  );
  return forestPlot(rows, {
    title: 'How often each test finds a change where there is none',
    x: { label: 'share of studies with p < 0.05', domain: [0, 1] },
    references: [{ value: 0.05, label: '5 %' }],
    digits: 3,
  });
}

function simulatedAccuracies(): string {
  const rows = readerAccuracies(READS, { unsure: 'incorrect' }).filter(
    ({ truth, appearance, session }) => truth === 'fake' && appearance === 'all' && session !== '2',
  );
  const readers = [...new Set(rows.map(({ reader }) => reader))];
  return pairedPlot(
    readers.map((name) => {
      const accuracies = rows.filter(({ reader }) => reader === name).map((row) => row.accuracy);
      return {
        name,
        values: accuracies.map(({ rate }) => rate),
        intervals: accuracies.map(({ lower, upper }) =>
          lower === null || upper === null ? null : { lower, upper },
        ),
      };
    }),
    {
      title: `Share of fakes called not real, ${SIMULATED}`,
      conditions: ['session 3', 'session 5'],
      y: { label: 'accuracy on fakes', domain: [0, 1] },
    },
  );
}

function simulatedDetection(measure: 'sensitivity' | 'criterion'): string {
  const rows = readerDetection(READS, { unsureAs: 'exclude' });
  const readers = [...new Set(rows.map(({ reader }) => reader))];
  const of = (name: string): readonly ReaderDetection[] =>
    rows.filter(({ reader }) => reader === name);
  return pairedPlot(
    readers.map((name) => ({
      name,
      values: of(name).map((row) => row[measure]),
      intervals: of(name).map(({ tests }) => tests[measure].ci),
    })),
    {
      title: `${measure === 'sensitivity' ? 'd′' : 'Criterion c'} by session, ${SIMULATED}`,
      conditions: ['session 3', 'session 5'],
      y: { label: measure === 'sensitivity' ? 'd′' : 'c' },
    },
  );
}

function simulatedLearning(): string {
  const { curve } = learningCurve(READS, {
    truth: 'fake',
    sessions: ['5'],
    unsure: 'incorrect',
    model: { kind: 'gee', correlation: 'exchangeable', correction: 'none' },
  });
  const fakes = READS.filter(({ truth, session }) => truth === 'fake' && session === '5');
  const last = Math.max(...fakes.map(({ order }) => order));
  const blocks = Array.from({ length: 8 }, (_, block) => {
    const inside = fakes.filter(({ order }) => Math.floor((8 * (order - 1)) / last) === block);
    const right = inside.filter(({ label }) => label === 'not-real').length;
    const x = inside.reduce((sum, { order }) => sum + order, 0) / inside.length;
    return { x, y: proportion(right, inside.length).rate ?? 0 };
  });
  const fitted = {
    name: 'fitted, with 95 % band',
    points: curve.map(({ order, estimate }) => ({ x: order, y: estimate })),
    band: curve.map(({ order, lower, upper }) => ({ x: order, lower, upper })),
  };
  return linePlot([fitted, { name: 'eighths of the session', points: blocks, draw: 'marks' }], {
    title: `Accuracy on fakes over session 5, ${SIMULATED}`,
    x: { label: 'position in the session' },
    y: { label: 'accuracy on fakes', domain: [0, 1] },
  });
}

const READS = simulatedReads(7);
mkdirSync(FOLDER, { recursive: true });
const pictures = {
  'published-differences': publishedDifferences(),
  'rejected-nulls': rejectedNulls(),
  'simulated-accuracies': simulatedAccuracies(),
  'simulated-sensitivity': simulatedDetection('sensitivity'),
  'simulated-criterion': simulatedDetection('criterion'),
  'simulated-learning': simulatedLearning(),
};
for (const [name, svg] of Object.entries(pictures)) {
  writeFileSync(join(FOLDER, `${name}.svg`), `${svg}\n`);
}
