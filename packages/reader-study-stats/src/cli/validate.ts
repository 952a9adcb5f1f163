import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
} from '@mammo/command-line';
import { arrangeStudy } from '../analysis/analyze-marks.ts';
import { ratedProblems } from '../analysis/rated-reads.ts';
import { type StudyConfig, StudyConfigError } from '../analysis/study-config.ts';
import { type ReadProblem, ReadsError } from '../reads.ts';
import { formatOf, readAnswers, readConfig, readInput, readMarks } from './input.ts';

const OPTIONS = {
  config: { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Checks a table of reads. */
export const validate: Command = defineCommand({
  name: 'validate',
  summary: 'a table of reads: all problems at once, with their rows',
  help: `Usage: reader-study validate READS [--config STUDY.json] [options]

Checks the file (columns, numbers, truths, cut ends) and, as far as the configuration or the format says what the words
mean, the study: truths that change, reads given twice, readers without reads, classes with fewer than two cases.

  --config FILE             as for analyze
  --format csv|imrmc|lrc    default: the ending of the file's name
  --json                    { "reads", "problems", "warnings" }

Exit code 1 if there are problems; warnings alone give 0.

Examples:
  reader-study validate reads.csv --config study.json
  reader-study validate pilot.imrmc --json
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one file of reads' },
  run,
});

interface Findings {
  readonly reads: number;
  readonly problems: readonly ReadProblem[];
  readonly warnings: readonly string[];
}

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [path = ''] = positionals;
  const config = await readConfig(values.config);
  const findings = await check(path, config, values.format);
  context.out(values.json ? jsonText(findings) : text(path, findings));
  return findings.problems.length > 0 ? 1 : 0;
}

async function check(
  path: string,
  config: StudyConfig,
  format: string | undefined,
): Promise<Findings> {
  switch (config.analysis) {
    case 'answers':
      return counted(async () => (await readAnswers(path, config)).length);
    case 'froc':
      return counted(async () => {
        const study = await readMarks(path);
        arrangeStudy(study, config);
        return study.marks.length;
      });
    default:
      return checkRatings(path, config, format);
  }
}

/** Reads that are all well, or what is wrong with them. */
async function counted(read: () => Promise<number>): Promise<Findings> {
  try {
    return { reads: await read(), problems: [], warnings: [] };
  } catch (error) {
    if (!(error instanceof ReadsError)) throw error;
    return { reads: 0, problems: error.problems, warnings: [] };
  }
}

async function checkRatings(
  path: string,
  config: StudyConfig,
  format: string | undefined,
): Promise<Findings> {
  const input = await readInput(path, formatOf(path, 'format', format), config);
  const warnings = [...input.warnings];
  const broken = new Set(input.problems.map(({ row }) => row));
  const problems = [...input.problems];
  try {
    problems.push(...ratedProblems(input, config).filter(({ row }) => !broken.has(row)));
  } catch (error) {
    if (!(error instanceof StudyConfigError)) throw error;
    const isUncoded = input.coded === undefined && config.positive === undefined;
    if (!isUncoded) throw error;
    warnings.push('without a configuration only the table was checked, not the study');
  }
  problems.sort((a, b) => a.row - b.row);
  return { reads: input.rows.length, problems, warnings };
}

function text(path: string, { reads, problems, warnings }: Findings): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const lines = [
    `${path}: ${count(reads, 'read')}, ${count(problems.length, 'problem')}, ${count(warnings.length, 'warning')}`,
    ...problems.map(({ row, message }) => `  row ${row}: ${message}`),
    ...warnings.map((warning) => `  warning: ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}
