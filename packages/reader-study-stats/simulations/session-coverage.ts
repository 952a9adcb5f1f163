/**
 * Coverage of intervals for a change between two sessions with different images:
 * `npm run simulate:coverage -w packages/reader-study-stats -- [studies]`. Prints a Markdown table.
 */
import { compareSessions } from '../src/answers/compare-sessions.ts';
import { type ScoredRead, scoreReads } from '../src/answers/score-reads.ts';
import type { ConfidenceInterval } from '../src/inference/test-result.ts';
import { gee } from '../src/models/gee.ts';
import { glmm } from '../src/models/glmm.ts';
import { PAPER, type Scenario, simulateSessions } from './simulated-sessions.ts';

const EFFECT = -0.4;
const SCENARIOS: readonly Scenario[] = [
  { ...PAPER, name: 'all readers change by −0.4', effect: EFFECT },
  { ...PAPER, name: 'the same, 40 images', effect: EFFECT, images: 40 },
  { ...PAPER, name: 'the same, harder images vary more', effect: EFFECT, imageSd: 1.5 },
  { ...PAPER, name: '−0.4 on average, readers by 0.4 either way', effect: EFFECT, driftSd: 0.4 },
];
/** Images of the study that shows what the averages over images are. */
const MANY = 40_000;

function realAnswers(scenario: Scenario, seed: number): readonly ScoredRead[] {
  const reads = simulateSessions(scenario, seed).filter(({ truth }) => truth === 'real');
  return scoreReads(reads, { unsure: 'incorrect' });
}

const CLUSTERED = {
  response: 'score',
  terms: ['session', 'reader'],
  cluster: 'case',
  correlation: 'exchangeable',
} as const;
const MIXED = { response: 'score', terms: ['session'] } as const;
const QUESTION = {
  reader: 'R1',
  truth: 'real',
  from: '3',
  to: '5',
  unsure: 'incorrect',
} as const;

/** Interval and truth by method. */
type Intervals = Readonly<Record<string, readonly [ConfidenceInterval | null, number]>>;

function intervals(rows: readonly ScoredRead[], marginal: number, difference: number): Intervals {
  const session = (fit: {
    readonly coefficients: readonly { readonly ci: ConfidenceInterval | null }[];
  }): ConfidenceInterval | null => fit.coefficients[1]!.ci;
  return {
    'Newcombe, reader 1': [compareSessions(rows, QUESTION).ci, difference],
    'GEE by image': [session(gee(rows, { ...CLUSTERED, correction: 'none' })), marginal],
    'GEE, Mancl-DeRouen, t': [
      session(gee(rows, { ...CLUSTERED, correction: 'mancl-derouen', reference: 't' })),
      marginal,
    ],
    'GLMM, readers and images': [
      session(glmm(rows, { ...MIXED, random: ['case', 'reader'] })),
      EFFECT,
    ],
    'GLMM, and reader:session': [
      session(glmm(rows, { ...MIXED, random: ['case', 'reader', 'reader:session'] })),
      EFFECT,
    ],
  };
}

const studies = Number(process.argv[2] ?? 400);
const columns = SCENARIOS.map((scenario) => {
  const large = realAnswers({ ...scenario, images: MANY, driftSd: 0 }, 1);
  const marginal = gee(large, { ...CLUSTERED, correction: 'none' }).coefficients[1]!.estimate!;
  const difference = compareSessions(large, QUESTION).estimate;
  const all = Array.from({ length: studies }, (_, k) =>
    intervals(realAnswers(scenario, k + 1), marginal, difference),
  );
  process.stderr.write(
    `${scenario.name}: GEE ${marginal.toFixed(3)}, reader 1 ${difference.toFixed(3)}\n`,
  );
  const share = (method: string): string => {
    const known = all.flatMap((study) => (study[method]![0] === null ? [] : [study[method]!]));
    const covered = known.filter(([ci, truth]) => ci!.lower <= truth && truth <= ci!.upper);
    return ((100 * covered.length) / known.length).toFixed(1);
  };
  return Object.fromEntries(Object.keys(all[0]!).map((method) => [method, share(method)]));
});
process.stdout.write(
  `| method | ${SCENARIOS.map(({ name }) => name).join(' | ')} |\n|---|${'---|'.repeat(SCENARIOS.length)}\n`,
);
for (const method of Object.keys(columns[0]!)) {
  process.stdout.write(`| ${method} | ${columns.map((column) => column[method]).join(' | ')} |\n`);
}
