import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import {
  type Command,
  type CommandContext,
  choiceOption,
  defineCommand,
  type ExitCode,
  type Given,
  integerOption,
  jsonText,
  numberOption,
  seedOption,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { textTable } from '@mammo/reader-study-stats/report';
import type { EvaluationResults } from '../evaluation-results.ts';
import { buildReport } from '../report/build-report.ts';
import { quantityText } from '../report/quantity.ts';
import { renderReport, reportFigures } from '../report/render-report.ts';
import { evaluateFile, type FileOptions } from './evaluate-file.ts';
import {
  INPUT_HELP,
  INPUT_OPTIONS,
  type InputValues,
  readInput,
  scoreKindOf,
  scoreRangeOf,
} from './read-input.ts';

const OPTIONS = {
  ...INPUT_OPTIONS,
  threshold: { type: 'string' },
  level: { type: 'string' },
  ci: { type: 'string' },
  bootstrap: { type: 'string' },
  seed: { type: 'string' },
  attack: { type: 'string' },
  'crafted-on': { type: 'string' },
  victim: { type: 'string' },
  epsilon: { type: 'string' },
  title: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  svg: { type: 'string' },
  'keep-formulas': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Evaluates a file of pairs and writes its report. */
export const report: Command = defineCommand({
  name: 'report',
  summary: 'evaluate a file of pairs, or take results, and write the report',
  help: `Usage: adversarial-eval report FILE [options]

Evaluates pairs of real images and fakes from a model's scores (Table 1 of Zhou et al. 2021, intervals, curves, strata,
sanity flags; a budget curve and a transfer matrix where the file has several budgets or models) and writes a report.

${INPUT_HELP}

  --threshold X           a score above it is called positive; default 0.5, of logits 0
  --level X               of the intervals; default 0.95
  --ci METHOD             wilson, clopper-pearson, wilson-clustered or bootstrap; default by the data
  --bootstrap N --seed N  draws of patients; both must be given
  --attack, --crafted-on, --victim NAME, --epsilon X
                          which pairs, where an image occurs in several attacks
  --title TEXT            default: the file's name

  --format FORMAT         html (default), markdown, csv, json, latex
  --out FILE              default: FILE.report.html and so on, beside it
  --svg FOLDER            every figure as NAME.svg; Markdown links them
  --keep-formulas         leave texts that a spreadsheet takes for formulas as they are in CSV
  --json                  the results as JSON on standard output; a file only with --out

Examples:
  adversarial-eval report pairs.csv
  adversarial-eval report pairs.csv --format latex --out table.tex --bootstrap 2000 --seed 1
  adversarial-eval report cases.csv --real clean.csv --fake adversarial.csv --output two-logits
  adversarial-eval report results.json --format markdown --svg figures
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one file' },
  run,
});

const FORMATS = ['html', 'markdown', 'csv', 'json', 'latex'] as const;
const METHODS = ['wilson', 'clopper-pearson', 'wilson-clustered', 'bootstrap'] as const;
const EXTENSIONS = {
  html: 'html',
  markdown: 'md',
  csv: 'csv',
  json: 'json',
  latex: 'tex',
} as const;

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [file = ''] = positionals;
  const format = choiceOption('format', values.format, FORMATS) ?? 'html';
  const options = evaluationOptions(file, values);
  const input = await readInput(file, values);
  const results = input.kind === 'results' ? input.results : evaluateFile(input.records, options);

  const stem = basename(file, extname(file));
  const beside = join(dirname(file), `${stem}.report.${EXTENSIONS[format]}`);
  const out = values.out ?? (values.json ? null : beside);
  if (out !== null) {
    if (resolve(out) === resolve(file)) throw new UsageError(`--out must not be ${file} itself`);
    const text = renderReport(results, {
      format,
      formulas: values['keep-formulas'] ? 'keep' : 'escape',
      ...(values.svg !== undefined && { figurePath: linkFrom(out, values.svg) }),
    });
    await writeWhole(out, text);
    context.err(`${out} written\n`);
  }
  if (values.svg !== undefined) await writeFigures(values.svg, results, context);
  context.out(values.json ? jsonText(results) : summary(results));
  return 0;
}

/** What `parseArgs` found of the evaluation's options. */
type EvaluationValues = InputValues &
  Readonly<
    Partial<
      Record<
        | 'threshold'
        | 'level'
        | 'ci'
        | 'bootstrap'
        | 'seed'
        | 'attack'
        | 'crafted-on'
        | 'victim'
        | 'epsilon'
        | 'title',
        string
      >
    >
  >;

function evaluationOptions(file: string, values: EvaluationValues): FileOptions {
  const scoreKind = scoreKindOf(values);
  const scoreRange = scoreRangeOf(scoreKind);
  const [from, to] = scoreRange;
  const level = numberOption('level', values.level, { from: 0.5, to: 0.9999 });
  const ci = choiceOption('ci', values.ci, METHODS);
  const replicates = integerOption('bootstrap', values.bootstrap, { from: 100, to: 1e6 });
  const seed = seedOption(values.seed);
  if ((replicates === undefined) !== (seed === undefined)) {
    throw new UsageError('--bootstrap and --seed must be given together');
  }
  if (ci === 'bootstrap' && replicates === undefined) {
    throw new UsageError('--ci bootstrap must have --bootstrap and --seed');
  }
  const epsilon = numberOption('epsilon', values.epsilon, { from: 0 });
  return {
    scoreKind,
    scoreRange,
    title: values.title ?? basename(file),
    threshold:
      numberOption('threshold', values.threshold, { from, to }) ??
      (scoreKind === 'logit' ? 0 : 0.5),
    selection: {
      ...(values.attack !== undefined && { attackId: values.attack }),
      ...(values['crafted-on'] !== undefined && { craftedOn: values['crafted-on'] }),
      ...(values.victim !== undefined && { victimId: values.victim }),
      ...(epsilon !== undefined && { epsilon }),
    },
    ...(level !== undefined && { level }),
    ...(ci !== undefined && { ci }),
    ...(replicates !== undefined &&
      seed !== undefined && { bootstrap: { unit: 'patient' as const, replicates, seed } }),
  };
}

function linkFrom(out: string, folder: string): (name: string) => string {
  return (name) =>
    relative(dirname(resolve(out)), resolve(folder, `${name}.svg`)).replaceAll('\\', '/');
}

async function writeFigures(
  folder: string,
  results: EvaluationResults,
  { err }: CommandContext,
): Promise<void> {
  const figures = Object.entries(reportFigures(results));
  for (const [name, svg] of figures) await writeWhole(join(folder, `${name}.svg`), `${svg}\n`);
  err(`${figures.length} figures in ${folder}\n`);
}

/** Table 1, and what makes it doubtful. */
function summary(results: EvaluationResults): string {
  const { title, lead, alerts, sections } = buildReport(results);
  const table = sections[0]!.tables[0]!;
  const rows = table.rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? cell : quantityText(cell))),
  );
  const doubts = alerts.map(({ severity, text }) => `${severity}: ${text}\n`);
  return `${title}. ${lead}\n\n${textTable({ columns: table.columns, rows })}${doubts.length > 0 ? '\n' : ''}${doubts.join('')}`;
}
