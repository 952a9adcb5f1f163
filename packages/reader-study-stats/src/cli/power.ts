import { readFile } from 'node:fs/promises';
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
  UsageError,
} from '@mammo/command-line';
import { schemaProblems } from '../analysis/json-schema.ts';
import { arrangeRated } from '../analysis/rated-reads.ts';
import { StudyConfigError } from '../analysis/study-config.ts';
import { obuchowskiRockette } from '../mrmc/obuchowski-rockette.ts';
import {
  type MrmcPower,
  type MrmcSampleSize,
  mrmcPower,
  mrmcSampleSize,
  type PilotComponents,
  pilotComponents,
} from '../mrmc/power.ts';
import { ReadsError } from '../reads.ts';
import { formatNumber } from '../report/format.ts';
import { textTable } from '../report/text-table.ts';
import { formatOf, readConfig, readInput } from './input.ts';

const OPTIONS = {
  effect: { type: 'string' },
  readers: { type: 'string' },
  cases: { type: 'string' },
  power: { type: 'string' },
  alpha: { type: 'string' },
  model: { type: 'string' },
  config: { type: 'string' },
  format: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** How many readers and cases. */
export const power: Command = defineCommand({
  name: 'power',
  summary: 'readers and cases for a power, from a pilot or components',
  help: `Usage: reader-study power PILOT --effect D --readers N[,N...] [--cases N | --power P] [options]

Power of the Obuchowski-Rockette test of two tests, or the least number of cases for a power. PILOT is a table of reads,
or a JSON file of components { "testByReader", "error", "cov1", "cov2", "cov3", "cases" }.

  --effect D                true difference of the mean figures; required
  --readers N,N,...         numbers of readers to try; required
  --cases N                 the power with so many cases
  --power P                 the cases for this power; default 0.8
  --alpha A                 two-sided level, default 0.05
  --model RRRC|FRRC|RRFC    default RRRC
  --config FILE             for a CSV of reads, as for analyze
  --format csv|imrmc|lrc    default: the ending of the pilot's name
  --json                    the results as JSON

Examples:
  reader-study power pilot.imrmc --effect 0.05 --readers 6,8,10
  reader-study power components.json --effect 0.05 --readers 6 --cases 250
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one pilot' },
  run,
});

const MOST = 1e6;

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [path = ''] = positionals;
  const effect = numberOption('effect', values.effect, { from: -1, to: 1 });
  if (effect === undefined) throw new UsageError('--effect must be given');
  if (values.readers === undefined) throw new UsageError('--readers must be given');
  const readers = values.readers
    .split(',')
    .map((one) => integerOption('readers', one, { from: 1, to: MOST })!);
  const cases = integerOption('cases', values.cases, { from: 2, to: 1e9 });
  const wanted = numberOption('power', values.power, { from: 0, to: 1 });
  if (cases !== undefined && wanted !== undefined) {
    throw new UsageError('--cases and --power exclude each other');
  }
  const alpha = numberOption('alpha', values.alpha, { from: 0, to: 1 });
  const model = choiceOption('model', values.model, ['RRRC', 'FRRC', 'RRFC']);
  const pilot = await readPilot(path, values);
  const shared = {
    pilot,
    effect,
    ...(alpha !== undefined && { alpha }),
    ...(model && { model }),
  };
  const results = readers.map((count) =>
    cases === undefined
      ? mrmcSampleSize({
          ...shared,
          readers: count,
          ...(wanted !== undefined && { power: wanted }),
        })
      : mrmcPower({ ...shared, readers: count, cases }),
  );
  context.out(values.json ? jsonText({ pilot, results }) : table(results));
  return 0;
}

async function readPilot(
  path: string,
  { config: configPath, format }: { readonly config?: string; readonly format?: string },
): Promise<PilotComponents> {
  if (format === undefined && path.endsWith('.json')) return readComponents(path);
  const config = await readConfig(configPath);
  const known = formatOf(path, 'format', format);
  const input = await readInput(path, known, config);
  if (input.problems.length > 0) {
    throw new ReadsError(path, input.problems, known === 'csv' ? 'row' : 'line');
  }
  const { data } = arrangeRated(input, config);
  const { covariance } = config;
  return pilotComponents(obuchowskiRockette(data, covariance ? { covariance } : {}));
}

const NAMES = ['testByReader', 'error', 'cov1', 'cov2', 'cov3', 'cases'] as const;

async function readComponents(path: string): Promise<PilotComponents> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StudyConfigError([`${path} must be JSON: ${error.message}`]);
  }
  const problems = schemaProblems(
    value,
    {
      type: 'object',
      required: NAMES,
      additionalProperties: false,
      properties: Object.fromEntries(NAMES.map((name) => [name, { type: 'number' as const }])),
    },
    'pilot',
  );
  if (problems.length > 0) throw new StudyConfigError(problems);
  return value as PilotComponents;
}

function table(results: readonly (MrmcPower | MrmcSampleSize)[]): string {
  return textTable({
    columns: ['readers', 'cases', 'power', 'noncentrality', 'df', 'critical value'],
    rows: results.map((one) =>
      'status' in one && one.status === 'not-reachable'
        ? [
            String(one.readers),
            'none is enough',
            `at most ${formatNumber(one.limit, 3)}`,
            '–',
            '–',
            '–',
          ]
        : [
            String(one.readers),
            String(one.cases),
            formatNumber(one.power, 3),
            formatNumber(one.noncentrality, 2),
            formatNumber(one.denominatorDf, 2),
            formatNumber(one.critical, 2),
          ],
    ),
  });
}
