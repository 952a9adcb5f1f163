import { readFile } from 'node:fs/promises';
import { choiceOption, UsageError } from '@mammo/command-line';
import type { BinaryLabel } from '@mammo/reader-study-stats';
import type { EvaluationResults } from '../evaluation-results.ts';
import type { PairedRecord } from '../paired-record.ts';
import type { ModelOutput } from '../records/class-scores.ts';
import { RECORD_FIELDS, type RecordField } from '../records/read-fields.ts';
import { parseRecordLines } from '../records/record-lines.ts';
import { parseRecords } from '../records/records-csv.ts';
import { fromRobustBench } from '../records/robust-bench.ts';
import { fromScoreTables } from '../records/score-tables.ts';
import { checkResults, ResultsError } from './results-file.ts';

/** Options of every command that reads a file, for `parseArgs`. */
export const INPUT_OPTIONS = {
  input: { type: 'string' },
  real: { type: 'string' },
  fake: { type: 'string' },
  output: { type: 'string' },
  columns: { type: 'string' },
  labels: { type: 'string' },
  'other-columns': { type: 'string' },
  'score-kind': { type: 'string' },
} as const;

/** The lines of `--help` about {@link INPUT_OPTIONS}. */
export const INPUT_HELP = `FILE is told by its name and content:
  .csv .tsv .txt     a table: caseId, label, scoreReal, scoreFake, and optionally patientId, strata.NAME, epsilon …
  .jsonl .ndjson     the same, one JSON object per line
  .json              arrays of outputs as RobustBench's models leave them, or results of this program
with --real and --fake FILE is a table of cases, and the outputs of ART, Foolbox or PyTorch are beside it.

  --input KIND            csv, jsonl, robustbench, results: where the name does not tell
  --real F, --fake F      outputs for real images and fakes, as np.savetxt writes them, a row per case
  --output KIND           what they are: two-logits (default), two-probabilities, logit, probability
  --columns a=b,…         names of columns in a CSV: caseId=image,scoreReal=before
  --labels a=b,…          words of the labels: malignant=positive,benign=negative
  --other-columns KIND    columns that are not known: error (default), stratum, ignore
  --score-kind KIND       probability (default) or logit: any number, threshold 0`;

/** What {@link INPUT_OPTIONS} gave. */
export type InputValues = Readonly<Partial<Record<keyof typeof INPUT_OPTIONS, string>>>;

/** What a file holds. */
export type Input =
  | { readonly kind: 'records'; readonly records: readonly PairedRecord[] }
  | { readonly kind: 'results'; readonly results: EvaluationResults };

const KINDS = ['csv', 'jsonl', 'robustbench', 'results'] as const;
const OUTPUTS: readonly ModelOutput[] = ['two-logits', 'two-probabilities', 'logit', 'probability'];

/**
 * Reads whatever a file holds.
 *
 * @throws UsageError if options contradict each other or the file is not there
 * @throws PairedRecordError or ResultsError listing every problem of its content
 */
export async function readInput(path: string, values: InputValues): Promise<Input> {
  const labels = pairsOption('labels', values.labels, isLabel);
  const options = {
    scoreRange: scoreRangeOf(scoreKindOf(values)),
    ...(labels && { labels }),
  };
  const text = await readText(path);
  if (values.real !== undefined || values.fake !== undefined) {
    return { kind: 'records', records: await readTables(text, values, labels) };
  }
  const kind = choiceOption('input', values.input, KINDS) ?? kindOf(path, text);
  switch (kind) {
    case 'csv':
      return {
        kind: 'records',
        records: parseRecords(text, { ...options, ...tableOptions(values) }),
      };
    case 'jsonl':
      return { kind: 'records', records: parseRecordLines(text, options) };
    case 'robustbench':
      return { kind: 'records', records: fromRobustBench(text) };
    case 'results':
      return { kind: 'results', results: checkResults(parseJson(text)) };
    default:
      throw new UsageError(`--input is unknown, got ${kind satisfies never}`);
  }
}

/** What the scores are said to be. */
export function scoreKindOf(values: InputValues): 'probability' | 'logit' {
  const kinds = ['probability', 'logit'] as const;
  return choiceOption('score-kind', values['score-kind'], kinds) ?? 'probability';
}

/** Least and greatest possible score of a kind. */
export function scoreRangeOf(kind: 'probability' | 'logit'): readonly [number, number] {
  return kind === 'logit' ? [-Infinity, Infinity] : [0, 1];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} must be a file that can be read, got ${code}`);
  }
}

async function readTables(
  cases: string,
  values: InputValues,
  labels: Readonly<Record<string, BinaryLabel>> | undefined,
): Promise<readonly PairedRecord[]> {
  if (values.real === undefined || values.fake === undefined) {
    throw new UsageError('--real and --fake must be given together');
  }
  const output = choiceOption('output', values.output, OUTPUTS) ?? 'two-logits';
  const [real, fake] = [await readText(values.real), await readText(values.fake)];
  return fromScoreTables({ cases, real, fake }, { output, ...(labels && { labels }) });
}

function kindOf(path: string, text: string): (typeof KINDS)[number] {
  if (/\.(jsonl|ndjson)$/i.test(path)) return 'jsonl';
  if (!/\.json$/i.test(path)) return 'csv';
  const value = parseJson(text);
  const isResults = typeof value === 'object' && value !== null && !('y' in value);
  return isResults ? 'results' : 'robustbench';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ResultsError([{ path: '', message: `must be JSON: ${(error as Error).message}` }]);
  }
}

function tableOptions(values: InputValues) {
  const given = pairsOption('columns', values.columns, (name): name is string => name !== '');
  const unknown = Object.keys(given ?? {}).find((name) => !isField(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--columns must name fields (${RECORD_FIELDS.join(', ')}), got ${unknown}`,
    );
  }
  const others = ['error', 'stratum', 'ignore'] as const;
  const otherColumns = choiceOption('other-columns', values['other-columns'], others);
  return {
    ...(given && { columns: given }),
    ...(otherColumns && { otherColumns }),
  };
}

/** Pairs such as `malignant=positive,benign=negative`. */
function pairsOption<Value extends string>(
  name: string,
  value: string | undefined,
  isValue: (text: string) => text is Value,
): Readonly<Record<string, Value>> | undefined {
  if (value === undefined) return undefined;
  const entries = value.split(',').map((pair) => {
    const [key = '', word = ''] = pair.split('=').map((part) => part.trim());
    if (key === '' || !isValue(word) || pair.split('=').length !== 2) {
      throw new UsageError(`--${name} must be pairs such as a=b,c=d, got ${value}`);
    }
    return [key, word] as const;
  });
  return Object.fromEntries(entries);
}

function isField(name: string): name is RecordField {
  return (RECORD_FIELDS as readonly string[]).includes(name);
}

function isLabel(text: string): text is BinaryLabel {
  return text === 'positive' || text === 'negative';
}
