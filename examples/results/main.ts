import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeWhole } from '@mammo/mammo-io/node';
import { UsageError } from '../full-study/options.ts';
import { PRESETS, type PresetName } from '../full-study/presets.ts';
import { createProgress } from '../full-study/progress.ts';
import { writeJson } from '../full-study/study-folder.ts';
import { PROBES, type ProbeName, runSeed, type SeedResults } from './campaign.ts';
import { resultsTables } from './page.ts';

const HELP = `Run the studies of docs/results.md, and write the page.

  npm run results -- [options]

  --preset   ${Object.keys(PRESETS).join(' | ')}   (default small)
  --seeds    e.g. 101-105 or 101,103   (default 101-105)
  --probes   any of ${PROBES.join(',')}, or none   (default transfer,detector,plain-loss,defence)
  --studies  folder of the studies   (default study)
  --results  folder of the results’ files   (default docs/results, beside which the page is written)
  --page     write the page from the files of docs/results; run nothing
  --help

What is done already is not done again: after Ctrl-C, or with other seeds or probes, it goes on. Each seed becomes
PRESET-seedN.json in the folder of the results.`;

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const RESULTS = join(DOCS, 'results');
const INTERRUPTED = 130;

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      preset: { type: 'string', default: 'small' },
      seeds: { type: 'string', default: '101-105' },
      probes: { type: 'string', default: 'transfer,detector,plain-loss,defence' },
      studies: { type: 'string', default: 'study' },
      results: { type: 'string', default: RESULTS },
      page: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  const progress = createProgress();
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort(new DOMException('stopped by Ctrl-C', 'AbortError'));
    process.once('SIGINT', () => process.exit(INTERRUPTED));
  });
  const plan = {
    preset: presetOf(values.preset),
    studies: values.studies,
    probes: probesOf(values.probes),
  };
  const context = { progress, signal: stop.signal, cores: availableParallelism() };
  for (const seed of values.page ? [] : seedsOf(values.seeds)) {
    const results = await runSeed({ ...plan, seed }, context);
    mkdirSync(values.results, { recursive: true });
    const path = join(values.results, `${plan.preset}-seed${seed}.json`);
    await writeJson(path, results);
    progress.line(`${path} written`);
    if (values.results === RESULTS) await writePage();
  }
  if (values.page) await writePage();
  return 0;
}

/** The words of the page stay; the tables between the marks are made anew. */
async function writePage(): Promise<void> {
  const order = Object.keys(PRESETS);
  const seeds = readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readSeed(join(RESULTS, name)))
    .sort((a, b) => order.indexOf(a.preset) - order.indexOf(b.preset) || a.seed - b.seed);
  const path = join(DOCS, 'results.md');
  const [before, , after] = readFileSync(path, 'utf8').split(
    /^<!-- (?:tables|end of tables) -->$/m,
  );
  if (before === undefined || after === undefined) {
    throw new Error(`results: ${path} must have the marks of its tables, got none`);
  }
  const page = `${before}<!-- tables -->\n\n${resultsTables(seeds)}\n\n<!-- end of tables -->${after}`;
  await writeWhole(path, page);
}

/** A file of docs/results; one of an earlier version has no detectors and no probes. */
function readSeed(path: string): SeedResults {
  const none = { transfer: [], detector: [], defence: null, ablations: [] };
  return { detectors: [], probes: none, ...JSON.parse(readFileSync(path, 'utf8')) };
}

function presetOf(name: string): PresetName {
  if (Object.hasOwn(PRESETS, name)) return name as PresetName;
  const names = Object.keys(PRESETS).join(', ');
  throw new UsageError(`results: --preset must be one of ${names}, got ${name}`);
}

function probesOf(text: string): readonly ProbeName[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const probe = PROBES.find((one) => one === name);
    if (probe) return probe;
    throw new UsageError(`results: --probes must be of ${PROBES.join(', ')} or none, got ${name}`);
  });
}

function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || last < first || last - first > 999) {
      throw new UsageError(`results: --seeds must be as 101-105 or 101,103, got ${text}`);
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { name, message, stack } = error as Error & { code?: string };
  const isUsage =
    error instanceof UsageError ||
    /^ERR_PARSE_ARGS/.test(String((error as { code?: string }).code));
  if (name === 'AbortError') process.stderr.write('stopped; go on with the same command\n');
  else process.stderr.write(`${isUsage ? message : stack}\n`);
  process.exitCode = name === 'AbortError' ? INTERRUPTED : isUsage ? 2 : 1;
}
