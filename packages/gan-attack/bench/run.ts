import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Cost, Peer } from './peer.ts';
import { type Job, SIZES, STEPS } from './steps.ts';
import { TORCH_PEER } from './torch-peer.ts';

/**
 * Times every step of the study on engines and, with MAMMO_PYTHON, in the PyTorch reference, in turns, so that all meet the
 * same load of the machine. Peers that are not here are named.
 *
 *   MAMMO_PYTHON=python3 npm run bench -w packages/gan-attack -- --engines onnx,tensorflow --sizes small,medium --threads 2
 */
const { values: settings } = parseArgs({
  options: {
    engines: { type: 'string', default: 'onnx,tensorflow,wasm' },
    sizes: { type: 'string', default: 'small,medium,256×208 ½,256×208 1' },
    steps: { type: 'string', default: STEPS.join() },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    warmups: { type: 'string', default: '2' },
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

/** Medians of a job by peer; a peer that fails is left out from there. */
async function measure(peers: readonly Peer[], job: Job) {
  const costs = new Map(peers.map((peer): [Peer, Cost[]] => [peer, []]));
  const failures = new Map<Peer, string>();
  for (let round = -Number(settings.warmups); round < Number(settings.rounds); round++) {
    for (const peer of peers) {
      if (failures.has(peer)) continue;
      try {
        const cost = await peer.run(job);
        if (round >= 0) costs.get(peer)!.push(cost);
      } catch (error) {
        failures.set(peer, (error as Error).message);
      }
    }
  }
  return peers.map((peer) => {
    const list = costs.get(peer)!;
    const failure = failures.get(peer);
    const of = (key: keyof Cost) => median(list.map((cost) => cost[key]));
    return failure === undefined
      ? { peer: peer.name, wallMs: of('wallMs'), cpuMs: of('cpuMs'), peakMiB: of('peakMiB') }
      : { peer: peer.name, failure };
  });
}

const peers = await startPeers();
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
print(`${machine}; ${settings.threads} thread(s); medians of ${settings.rounds} rounds in turns\n`);
print(
  `| size | step | ${peers.map(({ name }) => `${name}, wall / CPU ms (peak MiB of the process)`).join(' | ')} | wall ratio of the first to the last |`,
);
print(`|---|---|${peers.map(() => '---|').join('')}---|`);
const results: object[] = [];
for (const name of settings.sizes.split(',')) {
  const size = SIZES[name];
  if (size === undefined) throw new RangeError(`bench: no size ${name}`);
  for (const what of STEPS.filter((step) => settings.steps.split(',').includes(step))) {
    const rows = await measure(peers, { ...size, what });
    results.push({ size: name, what, ...size, peers: rows });
    const cells = rows.map((row) =>
      'failure' in row
        ? row.failure
        : `${row.wallMs!.toFixed(0)} / ${row.cpuMs!.toFixed(0)} (${row.peakMiB!.toFixed(0)})`,
    );
    const ratio = rows[0]!.wallMs! / rows.at(-1)!.wallMs!;
    print(`| ${name} | ${what} | ${cells.join(' | ')} | ${ratio.toFixed(2)} |`);
    if (settings.out !== '') {
      const { engines, threads, rounds, warmups, device } = settings;
      const report = { machine, engines, threads, rounds, warmups, device, results };
      writeFileSync(settings.out, `${JSON.stringify(report, null, 2)}\n`);
    }
  }
}
for (const peer of peers) peer.stop();
