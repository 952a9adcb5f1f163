import { judgeInput } from './target.ts';
import { fuzzTargets } from './targets.ts';

/** What to do, as arguments: target, seed, first input and the one behind the last. */
const [, , name, ...numbers] = process.argv;
const [seed = 0, from = 0, to = 0] = numbers.map(Number);
const target = (await fuzzTargets()).find((candidate) => candidate.name === name)!;

// Compilation of WebAssembly is not the input's fault.
for (const file of target.seeds) await file.read(file.bytes.slice());

for (let input = from; input < to; input++) {
  process.send!({ started: input });
  const verdict = await judgeInput(target, { seed, input });
  process.send!({ input, verdict, peakMiB: process.resourceUsage().maxRSS / 1024 });
}
process.disconnect();
