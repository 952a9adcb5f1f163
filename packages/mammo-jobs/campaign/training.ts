import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { randomStream } from '@mammo/mammo-io';
import { FROM_SOURCE } from '../test/command.ts';
import { cutFile, flipBit } from './damage-file.ts';
import { addCounts, type Fault, type FaultCounts, pause, strike, totalOf } from './fault-run.ts';
import { canSkewClock, type Program, randomSkewDays, restartable } from './program.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

type Random = ReturnType<typeof randomStream>;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '500' },
    steps: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '500' },
    trainer: { type: 'string' },
  },
});
const [seed, wanted, steps, seconds] = [
  values.seed,
  values.faults,
  values.steps,
  values.seconds,
].map(Number) as [number, number, number, number];
const trainer = fileURLToPath(new URL('trainer.ts', import.meta.url));
const program = values.trainer === undefined ? [...FROM_SOURCE, trainer] : [values.trainer];
const training = (folder: string) => [...program, folder, String(steps)];

const folder = await mkdtemp(join(tmpdir(), 'campaign-'));
const calmFolder = join(folder, 'calm');
const calmStart = performance.now();
const calm = restartable(process.execPath, training(calmFolder), (code) => code === 0);
calm.start();
await calm.done;
const expected = await digest(calmFolder);
say(`undisturbed: ${steps} steps in ${((performance.now() - calmStart) / 1000).toFixed(1)} s`);

let counts: FaultCounts = {};
let [rounds, wrong] = [0, 0];
while (totalOf(counts) < wanted && performance.now() < 1000 * seconds) {
  rounds += 1;
  counts = addCounts(counts, await disturbedRound(rounds, wanted - totalOf(counts)));
}
say(JSON.stringify({ seed, steps, rounds, faults: totalOf(counts), wrong, counts }, null, 2));
await rm(folder, { recursive: true, force: true });
process.exitCode = wrong === 0 ? 0 : 1;

/** One training from the first step to the last, with faults, on a small disk of its own. */
async function disturbedRound(round: number, count: number): Promise<FaultCounts> {
  const mount = join(folder, `disk-${round}`);
  await mkdir(mount);
  const disk = mountSmallDisk(mount, 16);
  const running = restartable(process.execPath, training(mount), (code) => code === 0);
  running.start();
  const struck = await strike(faultsOf(running, disk), {
    seed,
    round,
    count,
    isDone: () => running.isDone() || performance.now() > 1000 * seconds,
  });
  while (!running.isDone()) {
    running.start();
    await pause(50);
  }
  const found = await digest(mount);
  if (found !== expected) {
    wrong += 1;
    say(`round ${round}: the model differs: ${found}\n${running.lastWords()}`);
  } else say(`round ${round}: ${totalOf(struck)} faults, the model is identical`);
  disk.remove();
  return struck;
}

function faultsOf(running: Program, disk: SmallDisk): readonly Fault[] {
  const checkpoints = join(disk.path, 'checkpoints');
  const restart = async (skewDays?: number): Promise<boolean> => {
    await running.kill();
    if (running.isDone()) return false;
    running.start(skewDays);
    return true;
  };
  const damage = async (
    how: typeof flipBit,
    pattern: RegExp,
    random: Random,
    newest = false,
  ): Promise<boolean> => {
    const names = (await readdir(checkpoints).catch((): string[] => []))
      .filter((name) => pattern.test(name))
      .sort();
    const name = newest ? names.at(-1) : names[random.integer(Math.max(1, names.length))];
    return name !== undefined && (await how(join(checkpoints, name), random)) && restart();
  };
  const faults: Fault[] = [
    { name: 'trainer killed', strike: () => restart() },
    {
      name: 'bit flipped in a checkpoint, trainer killed',
      strike: (random) => damage(flipBit, /\.safetensors$/, random),
    },
    {
      name: 'bit flipped in the last checkpoint, trainer killed',
      strike: (random) => damage(flipBit, /\.safetensors$/, random, true),
    },
    {
      name: 'last checkpoint cut, trainer killed',
      strike: (random) => damage(cutFile, /\.safetensors$/, random, true),
    },
    {
      name: 'note of the best checkpoint damaged, trainer killed',
      strike: (random) => damage(flipBit, /^best\.json$/, random),
    },
    {
      name: 'disk full for a while',
      strike: async (random) => {
        await disk.fill(300 + random.integer(900));
        return true;
      },
    },
    {
      name: 'second trainer in the folder',
      strike: async () => {
        if (!existsSync(checkpoints) || running.current() === undefined) return false;
        const rival = restartable(process.execPath, training(disk.path), () => true);
        rival.start();
        return (await rival.done) === 3 || running.isDone();
      },
    },
  ];
  if (canSkewClock) {
    faults.push({
      name: 'trainer killed, goes on with another clock',
      strike: (random) => restart(randomSkewDays(random)),
    });
  } else say('clock: left out, libfaketime is not installed');
  return faults;
}

/** SHA-256 of the trained model. */
async function digest(where: string): Promise<string> {
  const bytes = await readFile(join(where, 'model.safetensors'));
  return createHash('sha256').update(bytes).digest('hex');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
