import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CommandContext,
  choiceOption,
  defineCommand,
  type ExitCode,
  type Given,
  runSingle,
  startProgram,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { PRESETS, type PresetName } from '../full-study/presets.ts';
import { createProgress } from '../full-study/progress.ts';
import { writeJson } from '../full-study/study-folder.ts';
import { PROBES, type ProbeName, runSeed, type SeedResults } from './campaign.ts';
import { resultsTables } from './page.ts';

/** The seed whose triplets are on the page. */
const PICTURED_SEED = 101;
const PICTURE = 'triplets.synthetic.png';

const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];
const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const RESULTS = join(DOCS, 'results');

const OPTIONS = {
  preset: { type: 'string', default: 'small' },
  seeds: { type: 'string', default: '101-105' },
  probes: { type: 'string', default: 'transfer,detector,plain-loss,defence' },
  studies: { type: 'string', default: 'study' },
  results: { type: 'string', default: RESULTS },
  page: { type: 'boolean', default: false },
} as const;

const command = defineCommand({
  name: 'npm run results --',
  summary: 'the studies of docs/results.md, and its page',
  help: `Usage: npm run results -- [options]

Runs the studies of docs/results.md, and writes the page. What is done already is not done again: after Ctrl-C, or with
other seeds or probes, it goes on. Each seed becomes PRESET-seedN.json in the folder of the results, with
PRESET-${PICTURE} of seed ${PICTURED_SEED} beside it.

  --preset NAME     ${PRESET_NAMES.join(', ')} (default small)
  --seeds LIST      such as 101-105 or 101,103 (default 101-105)
  --probes LIST     any of ${PROBES.join(',')}, or none (default transfer,detector,plain-loss,defence)
  --studies FOLDER  the studies (default study)
  --results FOLDER  the results' files (default docs/results, beside which the page is written)
  --page            write the page from the files of docs/results; run nothing

Examples:
  npm run results -- --seeds 101
  npm run results -- --page

Exit codes: 0 done, 1 a study failed, 2 wrong usage, 130 stopped by Ctrl-C.
`,
  options: OPTIONS,
  run,
});

async function run(
  { values }: Given<typeof OPTIONS>,
  { err, signal }: CommandContext,
): Promise<ExitCode> {
  const progress = createProgress();
  signal.addEventListener('abort', () =>
    err('\nstopping after this step (Ctrl-C again: at once) …\n'),
  );
  const plan = {
    preset: choiceOption('preset', values.preset, PRESET_NAMES) ?? 'small',
    studies: values.studies,
    probes: probesOf(values.probes),
  };
  const context = { progress, signal, cores: availableParallelism() };
  for (const seed of values.page ? [] : seedsOf(values.seeds)) {
    const results = await runSeed({ ...plan, seed }, context);
    mkdirSync(values.results, { recursive: true });
    const path = join(values.results, `${plan.preset}-seed${seed}.json`);
    await writeJson(path, results);
    if (seed === PICTURED_SEED) copyPictures(plan, values.results);
    progress.line(`${path} written`);
    if (values.results === RESULTS) await writePage();
  }
  if (values.page) await writePage();
  return 0;
}

/** The triplets of a study, and of its CycleGAN where it was run. */
function copyPictures(
  { preset, studies }: { readonly preset: string; readonly studies: string },
  results: string,
): void {
  const study = join(studies, `${preset}-seed${PICTURED_SEED}`);
  copyFileSync(join(study, PICTURE), join(results, `${preset}-${PICTURE}`));
  const other = join(study, 'probes', 'cycle-gan', PICTURE);
  if (existsSync(other)) copyFileSync(other, join(results, `${preset}-cycle-gan-${PICTURE}`));
}

/** The words of the page stay; the tables between the marks are made anew. */
async function writePage(): Promise<void> {
  const order = Object.keys(PRESETS);
  const seeds = readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readSeed(join(RESULTS, name)))
    .sort((a, b) => order.indexOf(a.preset) - order.indexOf(b.preset) || a.seed - b.seed);
  const pictures = readdirSync(RESULTS).filter((name) => name.endsWith(PICTURE));
  const path = join(DOCS, 'results.md');
  const [before, , after] = readFileSync(path, 'utf8').split(
    /^<!-- (?:tables|end of tables) -->$/m,
  );
  if (before === undefined || after === undefined) {
    throw new Error(`results: ${path} must have the marks of its tables, got none`);
  }
  const page = `${before}<!-- tables -->\n\n${resultsTables(seeds, pictures)}\n\n<!-- end of tables -->${after}`;
  await writeWhole(path, page);
}

/** A file of docs/results; one of an earlier version lacks detectors and probes. */
function readSeed(path: string): SeedResults {
  const untried = { defence: null, adversarialTraining: null, cycleGan: null };
  const none = { transfer: [], detector: [], ...untried, ablations: [] };
  const { probes, ...results } = JSON.parse(readFileSync(path, 'utf8'));
  return { detectors: [], ...results, probes: { ...none, ...probes } };
}

function probesOf(text: string): readonly ProbeName[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const probe = PROBES.find((one) => one === name);
    if (probe) return probe;
    throw new UsageError(`--probes must be of ${PROBES.join(', ')} or none, got ${name}`);
  });
}

function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || last < first || last - first > 999) {
      throw new UsageError(`--seeds must be as 101-105 or 101,103, got ${text}`);
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

startProgram(
  (args, surroundings) =>
    runSingle({ command, stopped: 'stopped; go on with the same command' }, args, surroundings),
  { stop: 'commands' },
);
