import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { skipReason } from '../test/shared-data.ts';
import type { Verdict } from './target.ts';
import { fuzzTargets } from './targets.ts';

/**
 * Damages real files and reads them: every input must give pixels or an ImageFileError within 2 s and 1.5 GiB, and a file that
 * lost its end must not give other pixels. Each format runs in a process of its own, which is killed when an input hangs.
 *
 *   npm run fuzz -w packages/mammo-io -- [format...] [--inputs 20000] [--seed 1]
 */
const { values: options, positionals } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
  allowPositionals: true,
});

const SLOWEST_MS = 2000;
const LARGEST_MIB = 1536;

interface Tally {
  read: number;
  refused: number;
  slowestMs: number;
  peakMiB: number;
  readonly defects: string[];
}

interface Report {
  readonly started?: number;
  readonly input: number;
  readonly verdict: Verdict;
  readonly peakMiB: number;
}

/** Runs inputs until the end, or until one takes too long or ends the process; returns where to go on. */
function runProcess(name: string, from: number, tally: Tally): Promise<number> {
  const to = Number(options.inputs);
  const script = fileURLToPath(new URL('./child.ts', import.meta.url));
  const child = fork(script, [name, options.seed, String(from), String(to)]);
  let current = from;
  let since = Number.POSITIVE_INFINITY;
  const watch = setInterval(() => {
    if (performance.now() - since > 5 * SLOWEST_MS) child.kill('SIGKILL');
  }, 250);
  child.on('message', (report: Report) => {
    if (report.started !== undefined) {
      current = report.started;
      since = performance.now();
      return;
    }
    const elapsed = performance.now() - since;
    since = Number.POSITIVE_INFINITY;
    current = report.input + 1;
    record(report, elapsed, tally);
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      if (current >= to) return resolve(to);
      tally.defects.push(`input ${current}: the process ended (${signal ?? code})`);
      resolve(current + 1);
    });
  });
}

function record({ input, verdict, peakMiB }: Report, elapsed: number, tally: Tally): void {
  if (verdict.kind === 'defect') tally.defects.push(verdict.detail);
  else tally[verdict.kind]++;
  if (elapsed > SLOWEST_MS) tally.defects.push(`input ${input}: ${Math.round(elapsed)} ms`);
  if (peakMiB > LARGEST_MIB && tally.peakMiB <= LARGEST_MIB) {
    tally.defects.push(`input ${input}: ${Math.round(peakMiB)} MiB`);
  }
  tally.slowestMs = Math.max(tally.slowestMs, elapsed);
  tally.peakMiB = Math.max(tally.peakMiB, peakMiB);
}

async function runTarget(name: string): Promise<Tally> {
  const tally: Tally = { read: 0, refused: 0, slowestMs: 0, peakMiB: 0, defects: [] };
  for (let from = 0; from < Number(options.inputs); ) from = await runProcess(name, from, tally);
  return tally;
}

if (skipReason !== '') {
  process.stderr.write('fuzz: ../shared/data is absent, nothing to damage\n');
  process.exit(1);
}
const names = (await fuzzTargets()).map(({ name }) => name);
const wanted = positionals.length > 0 ? positionals : names;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(
    `fuzz: unknown format ${unknown.join(', ')}; known are ${names.join(', ')}\n`,
  );
  process.exit(2);
}

process.stdout.write('| format | inputs | read | refused | slowest, ms | peak, MiB | defects |\n');
process.stdout.write('|---|---|---|---|---|---|---|\n');
for (const name of wanted) {
  const { read, refused, slowestMs, peakMiB, defects } = await runTarget(name);
  const cells = [options.inputs, read, refused, Math.round(slowestMs), Math.round(peakMiB)];
  process.stdout.write(`| ${name} | ${cells.join(' | ')} | ${defects.length} |\n`);
  for (const defect of defects.slice(0, 20)) process.stderr.write(`${name}: ${defect}\n`);
  if (defects.length > 0) process.exitCode = 1;
}
