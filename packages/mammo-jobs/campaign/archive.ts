import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { randomStream } from '@mammo/mammo-io';
import '@tensorflow/tfjs-backend-cpu';
import { makeArchive } from '../test/archive.ts';
import { childrenOf, FROM_SOURCE } from '../test/command.ts';
import { cutFile, flipBit } from './damage-file.ts';
import { addCounts, type Fault, type FaultCounts, pause, strike, totalOf } from './fault-run.ts';
import { canSkewClock, type Program, randomSkewDays, restartable } from './program.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

type Random = ReturnType<typeof randomStream>;

const HELP = `npm run campaign -w packages/mammo-jobs -- [--seed N] [--faults N] [--images N] [--cli dist/cli.js] [--seconds N]
Runs a job over a synthetic archive again and again while things go wrong; needs root (a small tmpfs) and Linux.`;

/** Flags of a campaign. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '500' },
    images: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '500' },
    cli: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${HELP}\n`);
  process.exit(0);
}
const [seed, wanted, images, seconds] = [
  values.seed,
  values.faults,
  values.images,
  values.seconds,
].map(Number) as [number, number, number, number];
const source = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const cli = values.cli === undefined ? [...FROM_SOURCE, source] : [values.cli];

const folder = await mkdtemp(join(tmpdir(), 'campaign-'));
const { manifest, model } = await makeArchive(folder, images, { poisonEvery: 997 });
const job = (out: string) => [
  ...cli,
  ...['score', '--cohort', manifest, '--model', model, '--out', out, '--workers', '2'],
  ...['--chunk', '16', '--timeout', '60', '--cache', join(folder, 'cache')],
];
const isDoneCode = (code: number) => code === 1 || code === 0; // images in quarantine give 1

const calm = restartable(process.execPath, job(join(folder, 'calm')), isDoneCode);
const calmStart = performance.now();
calm.start();
await calm.done;
const calmSeconds = (performance.now() - calmStart) / 1000;
const expected = await digests(join(folder, 'calm'));
say(`undisturbed: ${images} images in ${calmSeconds.toFixed(1)} s`);

let counts: FaultCounts = {};
let [rounds, wrong] = [0, 0];
while (totalOf(counts) < wanted && performance.now() < 1000 * seconds) {
  rounds += 1;
  counts = addCounts(counts, await disturbedRound(rounds, wanted - totalOf(counts)));
}
say(JSON.stringify({ seed, images, rounds, faults: totalOf(counts), wrong, counts }, null, 2));
await rm(folder, { recursive: true, force: true });
process.exitCode = wrong === 0 ? 0 : 1;

/** One job from the beginning to the end, with faults, on a small disk of its own. */
async function disturbedRound(round: number, count: number): Promise<FaultCounts> {
  const mount = join(folder, `disk-${round}`);
  await mkdir(mount);
  const disk = mountSmallDisk(mount, 64);
  const out = join(mount, 'out');
  const running = restartable(process.execPath, job(out), isRealEnd(out));
  running.start();
  const struck = await strike(faultsOf(running, { out, disk }), {
    seed,
    round,
    count,
    isDone: () => running.isDone() || performance.now() > 1000 * seconds,
  });
  while (!running.isDone()) {
    running.start();
    await pause(50);
  }
  const found = await digests(out);
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    wrong += 1;
    say(`round ${round}: results differ: ${JSON.stringify(found)}\n${running.lastWords()}`);
  } else say(`round ${round}: ${totalOf(struck)} faults, results identical`);
  disk.remove();
  return struck;
}

/** Code 1 is also that of a job that gave up: it is done when its results are there. */
function isRealEnd(out: string): (code: number) => boolean {
  return (code) => isDoneCode(code) && existsSync(join(out, 'results.jsonl'));
}

function faultsOf(
  running: Program,
  { out, disk }: { readonly out: string; readonly disk: SmallDisk },
): readonly Fault[] {
  const restart = async (skewDays?: number): Promise<boolean> => {
    await running.kill();
    if (running.isDone()) return false;
    running.start(skewDays);
    return true;
  };
  const workerOf = async (random: Random): Promise<number | undefined> => {
    const pids = await childrenOf(running.current()?.pid ?? 0);
    return pids.length > 0 ? pids[random.integer(pids.length)] : undefined;
  };
  const signal = (pid: number, name: NodeJS.Signals): boolean => {
    try {
      return process.kill(pid, name);
    } catch {
      return false;
    }
  };
  const killWorker: Fault['strike'] = async (random) => {
    const pid = await workerOf(random);
    return pid !== undefined && signal(pid, 'SIGKILL');
  };
  const faults: Fault[] = [
    { name: 'worker killed', strike: killWorker },
    {
      name: 'worker stopped for a while',
      strike: async (random) => {
        const pid = await workerOf(random);
        if (pid === undefined || !signal(pid, 'SIGSTOP')) return false;
        await pause(200 + random.integer(800));
        return signal(pid, 'SIGCONT');
      },
    },
    { name: 'coordinator killed', strike: () => restart() },
    {
      name: 'second coordinator in the folder',
      strike: async () => {
        if (running.current() === undefined) return false;
        const rival = restartable(process.execPath, job(out), () => true);
        rival.start();
        await rival.done;
        return rival.lastWords().includes('is working in this folder') || running.isDone();
      },
    },
    { name: 'bit flipped in a result', strike: (random) => damage('chunks', flipBit, random) },
    { name: 'result cut', strike: (random) => damage('chunks', cutFile, random) },
    {
      name: 'bit flipped in the image cache',
      strike: (random) => damage('cache', flipBit, random),
    },
    {
      name: 'disk full for a while',
      strike: async (random) => {
        await disk.fill(300 + random.integer(900));
        return true;
      },
    },
  ];
  if (canSkewClock) {
    faults.push({
      name: 'coordinator killed, goes on with another clock',
      strike: (random) => restart(randomSkewDays(random)),
    });
  } else say('clock: left out, libfaketime is not installed');
  const damage = async (
    where: 'chunks' | 'cache',
    how: typeof flipBit,
    random: Random,
  ): Promise<boolean> => {
    const root = where === 'cache' ? join(folder, 'cache') : join(out, 'chunks');
    const group = await anyOf(root, random);
    const file = group && (await anyOf(group, random));
    return file !== undefined && how(file, random);
  };
  return faults;
}

async function anyOf(directory: string, random: Random): Promise<string | undefined> {
  const names = await readdir(directory).catch((): string[] => []);
  const whole = names.filter((name) => !name.endsWith('.unfinished')).sort();
  return whole.length > 0 ? join(directory, whole[random.integer(whole.length)]!) : undefined;
}

/** SHA-256 of the results, and how many there are. */
async function digests(out: string): Promise<Readonly<Record<string, string>>> {
  const entries = ['results.jsonl', 'quarantine.jsonl'].map(async (name) => {
    const bytes = await readFile(join(out, name));
    const lines = bytes.filter((byte) => byte === 10).length;
    return [name, `${lines} lines, ${createHash('sha256').update(bytes).digest('hex')}`] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
