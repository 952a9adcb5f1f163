import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Cost, Peer } from './peer.ts';
import { type Job, SIZES, STEPS } from './steps.ts';
import { TORCH_PEER } from './torch-peer.ts';

/**
 * Times every step of the study on engines and, with MAMMO_PYTHON, in the PyTorch reference, in turns, so that all meet the
 * same load of the machine; ratios are medians over the rounds. Peers that are not here are named. At the paper's size only
 * the classifier's forward pass is timed, unless steps are named.
 *
 *   MAMMO_PYTHON=python3 npm run bench -w packages/gan-attack -- --engines onnx,tensorflow --sizes small,medium --threads 2
 */
const { values: settings } = parseArgs({
  options: {
    engines: { type: 'string', default: 'onnx,tensorflow,wasm,cpu' },
    sizes: { type: 'string', default: 'small,medium,256×208 ½,256×208 1,paper-low' },
    steps: { type: 'string' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    warmups: { type: 'string', default: '12' }, // V8 compiles tfjs's recording while it runs
    device: { type: 'string', default: 'cpu' },
    reference: {
      type: 'string',
      default: fileURLToPath(new URL('../../../../shared/reference', import.meta.url)),
    },
    out: { type: 'string', default: '' },
  },
});

const print = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function startPeers(): Promise<Peer[]> {
  const { threads, device, reference } = settings;
  const worker = fileURLToPath(new URL('engine-peer.ts', import.meta.url));
  const found: Peer[] = [];
  const start = async (name: string, program: string, args: readonly string[]) => {
    try {
      found.push(await Peer.start(program, args));
    } catch (error) {
      print(`${name}: absent (${(error as Error).message})`);
    }
  };
  for (const engine of settings.engines.split(',')) {
    await start(engine, process.execPath, [...process.execArgv, worker, engine, threads]);
  }
  const python = process.env.MAMMO_PYTHON;
  if (python === undefined) print('PyTorch: absent (MAMMO_PYTHON names no Python)');
  else await start('PyTorch', python, ['-c', TORCH_PEER, reference, threads, device]);
  return found;
}

/** A step that takes longer is run once and not warmed up: engines in JavaScript take minutes. */
const LONG_MS = 20_000;

interface Measurement {
  readonly peer: string;
  readonly failure?: string;
  readonly wallMs?: number;
  readonly cpuMs?: number;
  readonly peakMiB?: number;
  /** The first peer's wall time as a share of this one's, median over rounds. */
  readonly ratio?: number;
  readonly rounds?: number;
}

/** What a peer did with a job. */
interface Trial {
  readonly peer: Peer;
  costs: Cost[];
  /** It is asked no more: it failed, or takes too long to be asked twice. */
  isOver: boolean;
  failure?: string;
}

/** One round: every peer in turn. */
async function round(trials: readonly Trial[], job: Job, isWarmUp: boolean): Promise<void> {
  for (const trial of trials) {
    if (trial.isOver) continue;
    try {
      const cost = await trial.peer.run(job);
      if (cost.wallMs > LONG_MS) Object.assign(trial, { costs: [cost], isOver: true });
      else if (!isWarmUp) trial.costs.push(cost);
    } catch (error) {
      Object.assign(trial, { failure: (error as Error).message, isOver: true });
    }
  }
}

/** Medians of a job by peer. */
async function measure(peers: readonly Peer[], job: Job): Promise<Measurement[]> {
  const trials = peers.map((peer): Trial => ({ peer, costs: [], isOver: false }));
  for (let i = 0; i < Number(settings.warmups); i++) await round(trials, job, true);
  for (let i = 0; i < Number(settings.rounds); i++) await round(trials, job, false);
  const own = trials[0]!.costs;
  return trials.map(({ peer: { name: peer }, failure, costs }) => {
    if (failure !== undefined) return { peer, failure };
    const of = (key: keyof Cost) => median(costs.map((cost) => cost[key]));
    const ratio = median(own.map(({ wallMs }, i) => wallMs / (costs[i] ?? costs[0]!).wallMs));
    const figures = { wallMs: of('wallMs'), cpuMs: of('cpuMs'), peakMiB: of('peakMiB') };
    return { peer, ...figures, ratio, rounds: costs.length };
  });
}

function stepsOf(sizeName: string): readonly Job['what'][] {
  const { steps } = settings;
  if (steps !== undefined) return STEPS.filter((step) => steps.split(',').includes(step));
  return sizeName.startsWith('paper') ? ['cad_forward'] : STEPS;
}

function cellOf(
  { failure, wallMs, cpuMs, peakMiB, ratio, rounds }: Measurement,
  i: number,
): string {
  if (failure !== undefined) return failure;
  const figures = `${wallMs!.toFixed(0)} / ${cpuMs!.toFixed(0)} (${peakMiB!.toFixed(0)})`;
  const isOnce = rounds === 1 && settings.rounds !== '1';
  return `${figures}${i === 0 ? '' : ` ${ratio!.toFixed(2)}`}${isOnce ? ', once' : ''}`;
}

const peers = await startPeers();
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
print(`${machine}; ${settings.threads} thread(s); medians of ${settings.rounds} rounds in turns\n`);
const columns = peers.map(({ name }, i) => (i === 0 ? name : `${name}, ratio`));
print('Wall / CPU ms (peak MiB of the process), and wall time of the first as a share of this:\n');
print(`| size | step | ${columns.join(' | ')} |`);
print(`|---|---|${peers.map(() => '---|').join('')}`);
const results: object[] = [];
for (const name of settings.sizes.split(',')) {
  const size = SIZES[name];
  if (size === undefined) throw new RangeError(`bench: no size ${name}`);
  for (const what of stepsOf(name)) {
    const rows = await measure(peers, { ...size, what });
    results.push({ size: name, what, ...size, peers: rows });
    print(`| ${name} | ${what} | ${rows.map(cellOf).join(' | ')} |`);
    if (settings.out !== '') {
      const { engines, threads, rounds, warmups, device } = settings;
      const report = { machine, engines, threads, rounds, warmups, device, results };
      writeFileSync(settings.out, `${JSON.stringify(report, null, 2)}\n`);
    }
  }
}
for (const peer of peers) peer.stop();
