import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { analyzeAgreement } from '../analysis/analyze-agreement.ts';
import { analyzeAnswers } from '../analysis/analyze-answers.ts';
import { analyzeMarks } from '../analysis/analyze-marks.ts';
import { analyzeRatings } from '../analysis/analyze-ratings.ts';
import type { StudyConfig } from '../analysis/study-config.ts';
import { type StudyReport, studyPage, studyText } from '../analysis/study-report.ts';
import { ReadsError } from '../reads.ts';
import { formatOf, type Input, readAnswers, readConfig, readInput, readMarks } from './input.ts';

const OPTIONS = {
  config: { type: 'string' },
  format: { type: 'string' },
  html: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Analyses a table of reads. */
export const analyze: Command = defineCommand({
  name: 'analyze',
  summary: 'a table of reads: text, JSON, HTML report',
  help: `Usage: reader-study analyze READS --config STUDY.json [options]

Analyses reads as the configuration says: which truth is positive, which direction ratings have, method, model,
margin, what "unsure" is worth; free-response marks from a folder with TP.csv, FP.csv and TRUTH.csv (JAFROC), or one JSON. study.schema.json, in the package, describes every field.

  --config FILE             may be left out for .imrmc and .lrc, which say what their words mean
  --format csv|imrmc|lrc    default: the ending of the file's name
  --html FILE               also writes a self-contained page with tables and plots
  --json                    the whole report as JSON instead of text

Exit code 1 if the reads or the configuration have problems; all are listed, with their rows.

Examples:
  reader-study analyze reads.csv --config study.json
  reader-study analyze pilot.imrmc --html report.html
  reader-study analyze answers.csv --config study.json --json > report.json

A configuration: { "positive": "cancer", "negative": "healthy", "direction": "higher", "model": "RRRC" }
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one file of reads' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [path = ''] = positionals;
  const config = await readConfig(values.config);
  const report = await reportOf(path, config, { format: values.format, context });
  if (values.html !== undefined) {
    await writeWhole(values.html, studyPage(report));
    context.err(`${values.html}: written\n`);
  }
  context.out(values.json ? jsonText(report) : studyText(report));
  return 0;
}

async function reportOf(
  path: string,
  config: StudyConfig,
  options: { readonly format: string | undefined; readonly context: CommandContext },
): Promise<StudyReport> {
  switch (config.analysis) {
    case 'answers':
      return analyzeAnswers(await readAnswers(path, config), config);
    case 'froc':
      return analyzeMarks(await readMarks(path), config);
    case 'agreement':
      return analyzeAgreement(await cleanInput(path, config, options), config);
    default:
      return ratingsReport(path, config, options);
  }
}

async function ratingsReport(
  path: string,
  config: StudyConfig,
  options: { readonly format: string | undefined; readonly context: CommandContext },
): Promise<StudyReport> {
  const input = await cleanInput(path, config, options);
  if (input.coded === undefined && config.positive === undefined) {
    throw new UsageError('--config must say what the words mean: positive, negative, direction');
  }
  return analyzeRatings(input, config);
}

/** The reads of a file that has no problems; warnings are said. */
async function cleanInput(
  path: string,
  config: StudyConfig,
  { format, context }: { readonly format: string | undefined; readonly context: CommandContext },
): Promise<Input> {
  const known = formatOf(path, 'format', format);
  const input = await readInput(path, known, config);
  if (input.problems.length > 0) {
    throw new ReadsError(path, input.problems, known === 'csv' ? 'row' : 'line');
  }
  for (const warning of input.warnings) context.err(`${path}: ${warning}\n`);
  return input;
}
