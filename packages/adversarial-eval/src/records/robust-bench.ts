import type { BinaryLabel } from '@mammo/reader-study-stats';
import type { PairedEvaluation } from '../paired-evaluation.ts';
import { type PairedRecord, PairedRecordError } from '../paired-record.ts';
import { type ModelOutput, outputWidth, positiveProbability } from './class-scores.ts';
import { type RawRecord, readRecords } from './read-fields.ts';

/**
 * Outputs of one model under one attack in arrays, image by image, as evaluations on RobustBench's
 * models keep them.
 */
export interface RobustBenchRun {
  /** Becomes `victimId`. */
  readonly model: string;
  /** Becomes `attackId`. */
  readonly attack: string;
  /** Becomes `epsilon`; absent: no budget. */
  readonly eps?: number;
  /** What the numbers in `clean` and `adversarial` are. */
  readonly output: ModelOutput;
  /** 1 positive, 0 negative. */
  readonly y: readonly (0 | 1)[];
  /** Per image one or two numbers, by `output`. */
  readonly clean: readonly (readonly number[] | number)[];
  /** The same of the fakes. */
  readonly adversarial: readonly (readonly number[] | number)[];
  /** Default '0', '1', … */
  readonly ids?: readonly string[];
  /** Default: each image its own patient. */
  readonly patients?: readonly string[];
}

/** RobustBench's entry of a model: accuracies in percent, as texts with two decimals. */
export interface RobustBenchEntry {
  /** Of the model. */
  readonly name: string;
  /** Name of the set of images. */
  readonly dataset: string;
  /** Budget as RobustBench writes it, such as '8/255'; '' if not given. */
  readonly eps: string;
  /** Images right before the attack, in percent of all. */
  readonly clean_acc: string;
  /** Images right before and after the attack, in percent of all; whichever attack it was. */
  readonly autoattack_acc: string;
}

/**
 * Records from a run's JSON.
 *
 * @param json the text, or what `JSON.parse` made of it
 * @throws PairedRecordError listing every problem; row 1 is the first image
 * @example
 * ```ts
 * const run = { model: 'm', attack: 'pgd', output: 'probability', y: [1, 0], clean: [0.8, 0.3], adversarial: [0.4, 0.6] };
 * fromRobustBench(JSON.stringify(run)).map(({ scoreFake }) => scoreFake); // => [0.4, 0.6]
 * ```
 */
export function fromRobustBench(
  json: string | RobustBenchRun,
  options: { readonly bothClasses?: boolean } = {},
): readonly PairedRecord[] {
  const run = typeof json === 'string' ? parseRun(json) : json;
  const problems = shapeProblems(run);
  if (problems.length > 0) {
    throw new PairedRecordError(
      'fromRobustBench',
      problems.map((message) => ({ row: null, caseId: null, message })),
    );
  }
  const score = (values: readonly number[] | number | undefined): string => {
    const list = typeof values === 'number' ? [values] : (values ?? []);
    const fits = list.length === outputWidth(run.output);
    return fits ? String(positiveProbability(list, run.output)) : `${list.length} numbers`;
  };
  const labels: Readonly<Record<string, BinaryLabel>> = { 1: 'positive', 0: 'negative' };
  const rows = run.y.map((label, i): RawRecord => {
    return {
      row: i + 1,
      fields: {
        caseId: run.ids?.[i] ?? String(i),
        patientId: run.patients?.[i] ?? '',
        label: String(label),
        scoreReal: score(run.clean[i]),
        scoreFake: score(run.adversarial[i]),
        attackId: run.attack,
        victimId: run.model,
        epsilon: run.eps === undefined ? '' : String(run.eps),
      },
      strata: {},
    };
  });
  return readRecords('fromRobustBench', rows, { ...options, labels });
}

/**
 * RobustBench's entry of an evaluation. Its robust accuracy is that of images: right before and after
 * the attack, of all. What the entry has no place for (classes, intervals, patients) is lost.
 *
 * @example
 * ```ts
 * // 363 of 438 right before the attack, 112 of them after it
 * const { clean_acc, autoattack_acc } = toRobustBench(evaluation, { name: 'm', dataset: 'd' });
 * [clean_acc, autoattack_acc]; // => ['82.88', '25.57']
 * ```
 */
export function toRobustBench(
  evaluation: PairedEvaluation,
  names: { readonly name: string; readonly dataset: string; readonly eps?: string },
): RobustBenchEntry {
  const { pairs } = evaluation;
  const share = (outcomes: readonly string[]): string =>
    ((100 * pairs.filter((pair) => outcomes.includes(pair.outcome)).length) / pairs.length).toFixed(
      2,
    );
  return {
    name: names.name,
    dataset: names.dataset,
    eps: names.eps ?? '',
    clean_acc: share(['fooled', 'resisted']),
    autoattack_acc: share(['resisted']),
  };
}

function parseRun(json: string): RobustBenchRun {
  try {
    return JSON.parse(json) as RobustBenchRun;
  } catch {
    const message = 'the text must be JSON';
    throw new PairedRecordError('fromRobustBench', [{ row: null, caseId: null, message }]);
  }
}

const OUTPUTS: readonly ModelOutput[] = ['probability', 'logit', 'two-logits', 'two-probabilities'];

function shapeProblems(run: RobustBenchRun): readonly string[] {
  if (typeof run !== 'object' || run === null) return ['the text must be an object'];
  const problems: string[] = [];
  if (!OUTPUTS.includes(run.output)) {
    problems.push(`output must be ${OUTPUTS.join(', ')}, got ${JSON.stringify(run.output)}`);
  }
  const texts = (['model', 'attack'] as const).filter((name) => typeof run[name] !== 'string');
  problems.push(...texts.map((name) => `${name} must be a text, got ${run[name]}`));
  if (!Array.isArray(run.y) || run.y.length === 0)
    return [...problems, 'y must be a list of labels'];
  const lists = {
    clean: run.clean,
    adversarial: run.adversarial,
    ids: run.ids ?? run.y,
    patients: run.patients ?? run.y,
  };
  for (const [name, list] of Object.entries(lists)) {
    const length = Array.isArray(list) ? list.length : null;
    if (length === run.y.length) continue;
    problems.push(`${name} must be a list of ${run.y.length}, as long as y, got ${length ?? list}`);
  }
  return problems;
}
