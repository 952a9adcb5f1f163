import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { randomStream } from '@mammo/reader-study-stats';
import { evaluatePaired, type PairedRecord } from '../src/index.ts';

/**
 * 100,000 pairs of 29,250 patients, 2,000 bootstrap replicates of patients: ten rates and two areas with
 * BCa intervals, beside numpy doing the same, in turns.
 * MAMMO_PYTHON=/path/to/python npm run bench:bootstrap -w packages/adversarial-eval
 */
const replicates = Number(process.env.BENCH_REPLICATES ?? 2000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

/**
 * Reads the pairs once; then answers each line with milliseconds by the clock and of the processor, and the
 * intervals of a rate and of an area.
 */
const PEER = `
import sys, time, json
import numpy as np
from math import erf, sqrt
from statistics import NormalDist
norm = NormalDist()
data = json.loads(sys.stdin.readline())
patient = np.array(data["patient"]); positive = np.array(data["positive"], bool)
real = np.array(data["real"]); fake = np.array(data["fake"])
replicates = data["replicates"]

def bca(values, estimate, influence, strata):
    values = np.sort(values)
    share = (np.sum(values < estimate) + 0.5 * np.sum(values == estimate)) / len(values)
    bias = norm.inv_cdf(min(max(share, 0.5 / len(values)), 1 - 0.5 / len(values)))
    u = influence - (np.bincount(strata, influence) / np.bincount(strata))[strata]
    a = np.sum(u ** 3) / (6 * np.sum(u ** 2) ** 1.5)
    ends = [norm.cdf(bias + (bias + z) / (1 - a * (bias + z))) for z in (-1.959963984540054, 1.959963984540054)]
    return np.quantile(values, ends)

def area_parts(score):
    pos = np.flatnonzero(positive)[np.argsort(score[positive], kind="stable")]
    neg = np.flatnonzero(~positive)[np.argsort(score[~positive], kind="stable")]
    below = np.searchsorted(score[neg], score[pos], "left"); upto = np.searchsorted(score[neg], score[pos], "right")
    share = (below + upto) / 2 / len(neg)
    area = share.mean()
    above = 1 - (np.searchsorted(score[pos], score[neg], "left") + np.searchsorted(score[pos], score[neg], "right")) / 2 / len(pos)
    influence = np.bincount(patient[pos], share - area, patients) / len(pos) + np.bincount(patient[neg], above - area, patients) / len(neg)
    return patient[pos], patient[neg], below, upto, bool((upto > below).any()), area, influence

def run(seed):
    global patients
    rng = np.random.default_rng(seed)
    patients = patient.max() + 1
    strata = (np.bincount(patient, ~positive, patients) > 0).astype(int)
    members = [np.flatnonzero(strata == s) for s in (0, 1)]
    called_real, called_fake = real > 0.5, fake > 0.5
    right_real, right_fake = called_real == positive, called_fake == positive
    fooled = right_real & ~right_fake
    pairs = [(right_real & positive, positive), (right_fake & positive, positive), (right_real & ~positive, ~positive), (right_fake & ~positive, ~positive)]
    for denominator in (right_real, np.ones_like(positive)):
        for side in (positive, ~positive, np.ones_like(positive)):
            pairs.append((fooled & side, denominator & side))
    K = np.stack([np.bincount(patient, k, patients) for k, _ in pairs], 1)
    N = np.stack([np.bincount(patient, n, patients) for _, n in pairs], 1)
    KN = np.concatenate([K, N], 1)
    areas = [area_parts(real), area_parts(fake)]
    rates = np.empty((replicates, len(pairs))); aucs = np.empty((replicates, 2))
    for b in range(replicates):
        w = np.zeros(patients)
        for m in members:
            w[m] = np.bincount(rng.integers(0, len(m), len(m), dtype=np.int32), minlength=len(m))
        sums = w @ KN
        rates[b] = sums[: len(pairs)] / sums[len(pairs):]
        for j, (pos, neg, below, upto, tied, _, _) in enumerate(areas):
            cumulative = np.empty(len(neg) + 1); cumulative[0] = 0
            np.cumsum(w[neg], out=cumulative[1:])
            weights = w[pos]
            wins = weights @ ((cumulative[below] + cumulative[upto]) / 2 if tied else cumulative[below])
            aucs[b, j] = wins / (weights.sum() * cumulative[-1])
    out = []
    for r in range(len(pairs)):
        estimate = K[:, r].sum() / N[:, r].sum()
        out.append(bca(rates[:, r], estimate, K[:, r] - estimate * N[:, r], strata))
    for j in range(2):
        out.append(bca(aucs[:, j], areas[j][5], areas[j][6], strata))
    return out

print(np.__version__, flush=True)
for line in sys.stdin:
    start, used = time.perf_counter(), time.process_time()
    out = run(int(line))
    print((time.perf_counter() - start) * 1000, (time.process_time() - used) * 1000, *out[6], *out[10], flush=True)
`;

interface Timed {
  /** By the clock, which other work on the machine slows down. */
  readonly wall: number;
  /** Of the processor. */
  readonly cpu: number;
  readonly ends: readonly number[];
}

interface Peer {
  readonly version: string;
  time(seed: number): Promise<Timed>;
  close(): void;
}

async function startPeer(records: readonly PairedRecord[]): Promise<Peer | null> {
  const python = process.env.MAMMO_PYTHON ?? 'python3';
  // more threads than one only slow its small products down, by a factor of ten on a busy machine
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const child = spawn(python, ['-c', PEER], { stdio: ['pipe', 'pipe', 'inherit'], env });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id) ?? 0;
  };
  const data = {
    patient: records.map((record) => numberOf(record.patientId)),
    positive: records.map((record) => (record.label === 'positive' ? 1 : 0)),
    real: records.map((record) => record.scoreReal),
    fake: records.map((record) => record.scoreFake),
    replicates,
  };
  child.stdin.write(`${JSON.stringify(data)}\n`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return null;
  return {
    version: first.value,
    async time(seed) {
      child.stdin.write(`${seed}\n`);
      const [wall, cpu, ...ends] = String((await lines.next()).value)
        .split(' ')
        .map(Number);
      return { wall: wall!, cpu: cpu!, ends };
    },
    close: () => child.stdin.end(),
  };
}

/** 17 % positive images, two per patient; four per negative patient; scores of patients correlate. */
function simulatedPairs(pairs: number): readonly PairedRecord[] {
  const stream = randomStream(6, 'bench');
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
  const records: PairedRecord[] = [];
  const addPatient = (label: 'positive' | 'negative', images: number): void => {
    const sign = label === 'positive' ? 1 : -1;
    const ofPatient = stream.normal();
    const patientId = `P${records.length}`;
    for (let image = 0; image < images; image++) {
      const real = sign * 0.8 + ofPatient * 0.7 + stream.normal();
      records.push({
        caseId: `${patientId}-${image}`,
        patientId,
        label,
        direction: sign > 0 ? 'remove' : 'insert',
        intendedLabel: sign > 0 ? 'negative' : 'positive',
        scoreReal: logistic(real),
        scoreFake: logistic(real - sign * 1.6 + stream.normal()),
        attackId: 'bench',
      });
    }
  };
  while (records.length < 0.17 * pairs) addPatient('positive', 2);
  while (records.length < pairs) addPatient('negative', Math.min(4, pairs - records.length));
  return records;
}

function timeHere(seed: number): Timed {
  const start = performance.now();
  const used = process.cpuUsage();
  const evaluation = evaluatePaired(records, { bootstrap: { unit: 'patient', replicates, seed } });
  const { user, system } = process.cpuUsage(used);
  const { lower, upper } = evaluation.fooled.both;
  const { ci } = evaluation.aucReal;
  return {
    wall: performance.now() - start,
    cpu: (user + system) / 1000,
    ends: [lower, upper, ci?.lower, ci?.upper].map((end) => end ?? Number.NaN),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const records = simulatedPairs(100_000);
const peer = await startPeer(records);
const times = { here: [] as Timed[], numpy: [] as Timed[] };
for (let round = 0; round <= rounds; round++) {
  const here = timeHere(round);
  const theirs = await peer?.time(round);
  if (round === 0) continue;
  times.here.push(here);
  if (theirs) times.numpy.push(theirs);
}
peer?.close();
const medianOf = (side: readonly Timed[], clock: 'wall' | 'cpu'): number | null =>
  side.length === 0 ? null : Math.round(median(side.map((time) => time[clock])));
const ratioOf = (clock: 'wall' | 'cpu'): number | null =>
  times.numpy.length === 0
    ? null
    : Number(median(times.here.map((time, i) => time[clock] / times.numpy[i]![clock])).toFixed(3));
const [machine] = cpus();
const result = {
  machine: `${cpus().length} × ${machine?.model ?? 'unknown'}, Node ${process.versions.node}`,
  numpy: peer?.version ?? 'absent',
  pairs: records.length,
  replicates,
  rounds,
  cpu: { here: medianOf(times.here, 'cpu'), numpy: medianOf(times.numpy, 'cpu') },
  wall: { here: medianOf(times.here, 'wall'), numpy: medianOf(times.numpy, 'wall') },
  ratio: { cpu: ratioOf('cpu'), wall: ratioOf('wall') },
};
const cells = (side: readonly Timed[]): string => {
  const [a, b, c, d] = (side.at(-1)?.ends ?? []).map((end) => end.toFixed(4));
  return side.length === 0 ? 'absent | absent' : `${a}–${b} | ${c}–${d}`;
};
const milliseconds = (value: number | null): string => (value === null ? 'absent' : `${value} ms`);
process.stdout.write(
  [
    `${result.machine}; medians of ${rounds} rounds in turns`,
    '',
    `| 100,000 pairs, ${replicates} replicates | processor | by the clock | fooled, both | AUC, real |`,
    '|---|---|---|---|---|',
    `| evaluatePaired | ${milliseconds(result.cpu.here)} | ${milliseconds(result.wall.here)} | ${cells(times.here)} |`,
    `| numpy ${result.numpy} | ${milliseconds(result.cpu.numpy)} | ${milliseconds(result.wall.numpy)} | ${cells(times.numpy)} |`,
    `| ratio | ${result.ratio.cpu ?? 'absent'} | ${result.ratio.wall ?? 'absent'} | | |`,
    '',
    JSON.stringify(result),
    '',
  ].join('\n'),
);
