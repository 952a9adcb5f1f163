import { parseArgs } from 'node:util';
import { FORMATS, fuzzFormat } from './formats.ts';

/**
 * Damages files of every format and reads them: every input must be read or refused with ReadsError.
 *
 *   npm run fuzz -w packages/reader-study-stats -- [--inputs 20000] [--seed 1]
 */
const { values: options } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const campaign = { inputs: Number(options.inputs), seed: Number(options.seed) };

process.stdout.write('| format | inputs | read | refused | slowest, ms |\n|---|---|---|---|---|\n');
for (const target of FORMATS) {
  const { name, read, refused, slowestMs } = fuzzFormat(target, campaign);
  process.stdout.write(
    `| ${[name, campaign.inputs, read, refused, Math.round(slowestMs)].join(' | ')} |\n`,
  );
}
