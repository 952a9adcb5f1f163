import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { fuzzParser } from './fuzz-parser.ts';
import { parserTargets } from './parsers.ts';

/**
 * Damages files of every format and reads them: each must give a value or the documented error, in time.
 *
 *   npm run fuzz -- [--seconds 60] [--seed 1]
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const limits = { seconds: Number(values.seconds), seed: Number(values.seed) };

process.stdout.write(
  `seed ${limits.seed}, ${limits.seconds} s for each parser\n| parser | inputs | read | refused | slowest, ms | defects |\n|---|---|---|---|---|---|\n`,
);
for (const target of await parserTargets()) {
  const { name, inputs, read, refused, slowestMs, defects } = fuzzParser(target, limits);
  const cells = [name, inputs, read, refused, Math.round(slowestMs), defects.length];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
  for (const defect of defects.slice(0, 20)) process.stderr.write(`${name}: ${defect}\n`);
  if (defects.length > 0) process.exitCode = 1;
}
