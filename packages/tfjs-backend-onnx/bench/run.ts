import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { setOnnxOptions } from '../src/index.ts';
import { createWorkload, WORKLOADS, type WorkloadName } from './workloads.ts';

/**
 * Times the study's steps on the ONNX backend and, where MAMMO_PEER names a peer (see README.md),
 * the same steps in PyTorch, in turns, so that both meet the same load of the machine.
 *
 *   npm run bench -w packages/tfjs-backend-onnx -- --threads 2 --rounds 7
 */
const { values: settings } = parseArgs({
  options: {
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: '' },
  },
});

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface Peer {
  readonly name: string;
  run(job: WorkloadName): Promise<Cost>;
  stop(): void;
}

async function onnxPeer(threads: number): Promise<Peer> {
  setOnnxOptions({ threads });
  await tf.setBackend('onnx');
  const workloads = new Map<WorkloadName, () => Promise<void>>();
  return {
    name: 'ONNX backend',
    async run(job) {
      const workload = workloads.get(job) ?? createWorkload(job);
      workloads.set(job, workload);
      const started = performance.now();
      const before = process.cpuUsage();
      await workload();
      const { user, system } = process.cpuUsage(before);
      return { wallMs: performance.now() - started, cpuMs: (user + system) / 1000 };
    },
    stop() {},
  };
}

async function torchPeer(command: string, threads: number): Promise<Peer> {
  const [program = '', ...script] = command.split(' ');
  const child: ChildProcess = spawn(program, [...script, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! });
  const answer = async () => JSON.parse(((await once(lines, 'line')) as [string])[0]);
  const { version } = (await answer()) as { version: string };
  return {
    name: `PyTorch ${version}`,
    async run(job) {
      const reply = answer();
      child.stdin!.write(`${JSON.stringify(job)}\n`);
      return (await reply) as Cost;
    },
    stop: () => child.stdin!.end(),
  };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(peers: readonly Peer[], job: WorkloadName, rounds: number) {
  for (let i = 0; i < 2; i++) for (const peer of peers) await peer.run(job);
  const costs = peers.map((): Cost[] => []);
  for (let i = 0; i < rounds; i++) {
    for (const [index, peer] of peers.entries()) costs[index]!.push(await peer.run(job));
  }
  const [own, other] = costs as [Cost[], Cost[] | undefined];
  const ratio = (of: keyof Cost) =>
    other && median(own.map((cost, round) => cost[of] / other[round]![of]));
  return {
    ...job,
    wallMs: costs.map((list) => median(list.map((cost) => cost.wallMs))),
    cpuMs: costs.map((list) => median(list.map((cost) => cost.cpuMs))),
    wallRatio: ratio('wallMs'),
    cpuRatio: ratio('cpuMs'),
  };
}

const threads = Number(settings.threads);
const peer = process.env.MAMMO_PEER;
const peers = [await onnxPeer(threads)];
if (peer !== undefined) peers.push(await torchPeer(peer, threads));
const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
const results: Awaited<ReturnType<typeof measure>>[] = [];
const print = (line: string) => process.stdout.write(`${line}\n`);
print(`${machine}; ${threads} thread(s); median of ${settings.rounds} rounds in turns`);
if (peer === undefined) print('PyTorch: absent (MAMMO_PEER names no peer, see bench/README.md)');
print(
  `\n| workload | ${peers.map(({ name }) => `${name}, wall / CPU ms`).join(' | ')} | ratio wall / CPU |`,
);
print(`|---|${peers.map(() => '---|').join('')}---|`);
const pair = (wall: number | undefined, cpu: number | undefined, digits: number) =>
  wall === undefined || cpu === undefined
    ? '–'
    : `${wall.toFixed(digits)} / ${cpu.toFixed(digits)}`;
for (const job of WORKLOADS) {
  const label = `${job.what} ${job.height}×${job.width}, batch ${job.batch}`;
  if (!label.includes(settings.only)) continue;
  const result = await measure(peers, job, Number(settings.rounds));
  results.push(result);
  const cells = peers.map((_, i) => pair(result.wallMs[i], result.cpuMs[i], 0)).join(' | ');
  print(`| ${label} | ${cells} | ${pair(result.wallRatio, result.cpuRatio, 2)} |`);
}
for (const { stop } of peers) stop();
if (settings.out !== '') {
  const report = { machine, threads, peers: peers.map(({ name }) => name), results };
  writeFileSync(settings.out, `${JSON.stringify(report, null, 2)}\n`);
}
