import { parseArgs } from 'node:util';
import { fuzzTable, tableTargets } from './tables.ts';

/**
 * Damages manifests and tables of cohorts and reads them: every input must give rows or a ManifestError within 2 s.
 *
 *   npm run fuzz:tables -w packages/mammo-io -- [--inputs 20000] [--seed 1]
 */
const { values: options } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const campaign = { inputs: Number(options.inputs), seed: Number(options.seed) };

process.stdout.write(
  '| table | inputs | read | refused | slowest, ms | defects |\n|---|---|---|---|---|---|\n',
);
for (const target of tableTargets()) {
  const { name, read, refused, slowestMs, defects } = fuzzTable(target, campaign);
  const cells = [name, campaign.inputs, read, refused, Math.round(slowestMs), defects.length];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
  for (const defect of defects.slice(0, 20)) process.stderr.write(`${name}: ${defect}\n`);
  if (defects.length > 0) process.exitCode = 1;
}
