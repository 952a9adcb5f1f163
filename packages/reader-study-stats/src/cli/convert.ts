import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
  requiredOption,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { type CodedReads, rateReads } from '../analysis/rated-reads.ts';
import type { StudyConfig } from '../analysis/study-config.ts';
import { formatImrmc } from '../formats/format-imrmc.ts';
import { formatLrc } from '../formats/format-lrc.ts';
import { formatRows } from '../formats/rows-csv.ts';
import { type MrmcOptions, type ReadRow, ratingOf, testOf } from '../mrmc/read-row.ts';
import { ReadsError } from '../reads.ts';
import { type Format, formatOf, type Input, readConfig, readInput } from './input.ts';

const OPTIONS = {
  out: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  config: { type: 'string' },
  'guard-formulas': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Turns one format into another. */
export const convert: Command = defineCommand({
  name: 'convert',
  summary: 'between CSV, .imrmc and .lrc, without loss',
  help: `Usage: reader-study convert READS --out FILE [options]

Writes the reads in another format. Numbers keep all their digits, identifiers every character; what a format cannot
hold (a comma in an .imrmc identifier, missing reads in .lrc) is refused, with a list.

  --out FILE                the result; required
  --from csv|imrmc|lrc      default: the ending of the file's name
  --to csv|imrmc|lrc        default: the ending of the result's name
  --config FILE             from CSV: what the words mean, as for analyze
  --guard-formulas          to CSV: an apostrophe before texts that a spreadsheet would run as a formula
  --json                    { "out", "format", "reads" }

Examples:
  reader-study convert pilot.imrmc --out pilot.csv
  reader-study convert reads.csv --config study.json --out reads.lrc
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
  const out = requiredOption('out', values.out, 'name a file');
  const from = formatOf(path, 'from', values.from);
  const to = formatOf(out, 'to', values.to);
  const config = await readConfig(values.config);
  const input = await readInput(path, from, config);
  if (input.problems.length > 0) {
    throw new ReadsError(path, input.problems, from === 'csv' ? 'row' : 'line');
  }
  for (const warning of input.warnings) context.err(`${path}: ${warning}\n`);
  const guardFormulas = values['guard-formulas'] ?? false;
  await writeWhole(out, written(input, config, { to, guardFormulas }));
  const reads = input.rows.length;
  context.out(values.json ? jsonText({ out, format: to, reads }) : `${out}: ${reads} reads\n`);
  return 0;
}

function written(
  input: Input,
  config: StudyConfig,
  { to, guardFormulas }: { readonly to: Format; readonly guardFormulas: boolean },
): string {
  const description = config.title ?? input.description;
  const shared = description ? { description } : {};
  switch (to) {
    case 'csv':
      return formatRows(input.rows, { guardFormulas });
    case 'imrmc': {
      const [rows, coding] = ratedFor(input, config);
      if (coding.direction === 'lower') {
        throw new RangeError('an .imrmc file has ratings where higher means positive, got lower');
      }
      return formatImrmc(rows, { ...coding, ...shared });
    }
    case 'lrc': {
      const [rows, coding] = ratedFor(input, config);
      return formatLrc(rows, { ...coding, ...shared });
    }
    default:
      throw new UsageError(`unknown format ${String(to satisfies never)}`);
  }
}

/** The rows with a rating and one compared factor, and what the words mean. */
function ratedFor(
  input: CodedReads,
  config: StudyConfig,
): readonly [readonly ReadRow[], Pick<MrmcOptions, 'positive' | 'negative' | 'direction'>] {
  const { rows, options } = rateReads(input, config);
  const { positive, negative, direction, factor, labels } = options;
  const rated = rows.map(({ modality: _, session: __, ...row }, index): ReadRow => {
    const test = testOf(rows[index]!, factor);
    const rating = ratingOf(row, labels);
    return {
      ...row,
      ...(test !== undefined && { modality: test }),
      ...(rating !== undefined && { rating }),
    };
  });
  return [rated, { positive, negative, direction }];
}
