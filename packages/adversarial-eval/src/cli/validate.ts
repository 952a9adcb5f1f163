import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
} from '@mammo/command-line';
import { PairedRecordError, type RecordProblem } from '../paired-record.ts';
import { INPUT_HELP, INPUT_OPTIONS, type Input, readInput } from './read-input.ts';
import { ResultsError, type ResultsProblem } from './results-file.ts';

const OPTIONS = { ...INPUT_OPTIONS, json: { type: 'boolean' } } as const;

/** Checks a file of pairs, or of results. */
export const validate: Command = defineCommand({
  name: 'validate',
  summary: 'a file of pairs or of results: all problems at once',
  help: `Usage: adversarial-eval validate FILE [options]

Checks pairs (ids that occur twice, a fake without its real image, scores that are missing, not finite or out of range,
labels outside their set, directions that contradict labels, an absent class) and lists all problems with their rows; or
checks results against results.schema.json.

${INPUT_HELP}
  --json                  { "file", "kind", "pairs", "patients", "problems" }

Exit code 1 if there are problems.

Examples:
  adversarial-eval validate pairs.csv
  adversarial-eval validate results.json --json
  adversarial-eval validate cases.csv --real clean.csv --fake adversarial.csv --output logit
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one file' },
  run,
});

type Problem = RecordProblem | ResultsProblem;

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [file = ''] = positionals;
  const found = await examine(() => readInput(file, values));
  const { problems } = found;
  if (values.json) context.out(jsonText({ file, ...found }));
  else context.out(textOf(file, found));
  return problems.length > 0 ? 1 : 0;
}

/** What is known of a file; of one with problems only these. */
interface Findings {
  readonly kind: Input['kind'];
  readonly pairs: number | null;
  readonly patients: number | null;
  readonly problems: readonly Problem[];
}

async function examine(read: () => Promise<Input>): Promise<Findings> {
  try {
    const input = await read();
    const pairs = input.kind === 'records' ? input.records : input.results.evaluation.pairs;
    const patients = new Set(pairs.map(({ patientId }) => patientId)).size;
    return { kind: input.kind, pairs: pairs.length, patients, problems: [] };
  } catch (error) {
    const nothing = { pairs: null, patients: null };
    if (error instanceof PairedRecordError) {
      return { kind: 'records', ...nothing, problems: error.problems };
    }
    if (error instanceof ResultsError) {
      return { kind: 'results', ...nothing, problems: error.problems };
    }
    throw error;
  }
}

function textOf(file: string, { pairs, patients, problems }: Findings): string {
  if (problems.length === 0) return `${file}: ${pairs} pairs of ${patients} patients, no problem\n`;
  const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  return `${file}: ${count}\n${problems.map((problem) => `  ${lineOf(problem)}\n`).join('')}`;
}

function lineOf(problem: Problem): string {
  if ('path' in problem) return `${problem.path || 'the file'}: ${problem.message}`;
  const { row, caseId, message } = problem;
  if (row === null) return message;
  return `row ${row}${caseId === null ? '' : ` (${caseId})`}: ${message}`;
}
