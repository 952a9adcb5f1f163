import { judgeInput } from './target.ts';
import { fuzzTargets } from './targets.ts';

/** What to do, as arguments: target, seed, first input and the one behind the last. */
const [, , name, ...numbers] = process.argv;
const [seed = 0, from = 0, to = 0] = numbers.map(Number);
const target = (await fuzzTargets()).find((candidate) => candidate.name === name)!;

// Compilation of WebAssembly is not the input's fault.
for (const file of target.seeds) await file.read(file.bytes.slice());

for (let input = from; input < to; input++) {
  await send({ started: input });
  const verdict = await judgeInput(target, { seed, input });
  await send({ input, verdict, peakMiB: process.resourceUsage().maxRSS / 1024 });
}
process.disconnect();

/** Resolves when the parent has the message: what is still queued at the end would be lost. */
function send(message: unknown): Promise<void> {
  return new Promise((resolve) => process.send!(message, () => resolve()));
}
