import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * The whole small study beside the PyTorch reference's cohort and three trainings at that size, at the same time, one core
 * each, so that both meet the same load of the machine. The reference has no controls, no detectors and no readers. Linux.
 *
 *   MAMMO_PYTHON=python3 npm run bench:study -w packages/gan-attack -- --seed 101 --out study.json
 */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { values: settings } = parseArgs({
  options: {
    seed: { type: 'string', default: '101' },
    cores: { type: 'string', default: '0,1' },
    reference: { type: 'string', default: here('../../../../shared/reference') },
    out: { type: 'string', default: '' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const python = process.env.MAMMO_PYTHON;
if (python === undefined) throw new Error('bench:study: MAMMO_PYTHON must name a Python, got none');
const [ours = '0', theirs = '1'] = settings.cores.split(',');

/** Seconds of a process and of those that it started. */
interface Seconds {
  readonly cpu: number;
  readonly wall: number;
}

const CAD = 'D con=1.05 vnet=6 lr=2e-3 batch=8 steps=1000 decay=1 every=200 save=cad_D.pt';
const GANS =
  'P4 cad=cad_D.pt con=1.05 norm=gn out=delta gevery=2 lrg=1e-4 lrd=1e-5 identity=0 head=300 adv_head=200 adv_fnet=400 every=25 stopgap=-9 save=P4_';

const folder = mkdtempSync(join(tmpdir(), 'bench-study-'));
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
try {
  cpSync(settings.reference, join(folder, 'reference'), { recursive: true });
  mkdirSync(join(folder, 'reference', 'png'), { recursive: true }); // where it puts its pictures
  const [study, reference] = await bothOrNone(runStudy(), runReference());
  const share = (a: number, b: number) => (a / b).toFixed(2);
  const { cohort, cad, gans } = reference;
  const cpu = cohort.cpu + cad.cpu + gans.cpu;
  const trainings = (study.stages.cad ?? 0) + (study.stages.attack ?? 0);
  const result = {
    machine: cpus()[0]?.model.trim(),
    seed: Number(settings.seed),
    study,
    reference,
  };
  print(
    `study: ${study.cpu.toFixed(0)} CPU s; reference: ${cpu.toFixed(0)}; ${share(study.cpu, cpu)}`,
  );
  print(
    `AI and attacks, clock: ${trainings.toFixed(0)} and ${(cad.wall + gans.wall).toFixed(0)} s; ${share(trainings, cad.wall + gans.wall)}`,
  );
  if (settings.out !== '') writeFileSync(settings.out, `${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** When one side fails, the other does not run on. */
async function bothOrNone<A, B>(...sides: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  try {
    return await Promise.all(sides);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(sides); // until the folder that they work in is nobody's
    throw error;
  }
}

/** The study, and how long each of its stages took by the clock. */
async function runStudy(): Promise<Seconds & { readonly stages: Record<string, number> }> {
  const out = join(folder, 'study');
  const program = here('../../../examples/full-study/study.ts');
  const args = [...process.execArgv, program, '--preset', 'small', '--seed', settings.seed];
  const seconds = await timed(ours, [process.execPath, ...args, '--out', out]);
  const { seconds: stages } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  return { ...seconds, stages };
}

/** The reference keeps its cohort in a file, which the first training draws; here it is drawn alone. */
async function runReference() {
  const cwd = join(folder, 'reference');
  const run = (...args: string[]) => timed(theirs, [python as string, ...args], cwd);
  const draw =
    'from phantom import PhantomConfig; from train_common import load_cohort; load_cohort(PhantomConfig(96, 80, conspicuity=1.05))';
  return {
    cohort: await run('-c', draw),
    cad: await run('run_cad.py', ...CAD.split(' ')),
    gans: await run('run_gan.py', ...GANS.split(' ')),
  };
}

/** Runs a program on one core; bash knows what its processes have cost. */
async function timed(
  core: string,
  command: readonly string[],
  cwd = process.cwd(),
): Promise<Seconds> {
  stop.signal.throwIfAborted();
  const script = 'TIMEFORMAT="seconds %U %S %R"; time "$@"';
  const args = ['-c', core, 'bash', '-c', script, 'bash', ...command];
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  const child = spawn('taskset', args, { cwd, env, stdio: [...stdio], detached: true });
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGTERM'); // what it started too
  stop.signal.addEventListener('abort', end);
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      stop.signal.removeEventListener('abort', end);
      const [, user, system, wall] = errors.match(/seconds (\S+) (\S+) (\S+)\s*$/) ?? [];
      if (code !== 0 || wall === undefined) {
        reject(new Error(`bench:study: ${command.join(' ')} ended with ${code}\n${errors}`));
      } else resolve({ cpu: Number(user) + Number(system), wall: Number(wall) });
    });
  });
}
