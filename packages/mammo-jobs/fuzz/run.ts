import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-backend-cpu';
import { keepMeasurement, machine } from '../measured/measurement.ts';
import type { FuzzReport } from '../measured/reports.ts';
import { fuzzText } from '../measured/tables.ts';
import { fuzzParser } from './fuzz-parser.ts';
import { parserTargets } from './parsers.ts';

/**
 * Damages files of every format and reads them: each must give a value or the documented error, in time.
 *
 *   npm run fuzz -- [--seconds 60] [--seed 1] [--keep]
 *
 * `--keep` puts the figures into `measured/fuzz.json`, from which docs/reliability.md has its table.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const limits = { seconds: Number(values.seconds), seed: Number(values.seed) };

const rows: FuzzReport['rows'][number][] = [];
for (const target of await parserTargets()) {
  const { name, inputs, read, refused, slowestMs, defects } = fuzzParser(target, limits);
  const counts = { inputs, read, refused, slowestMs: Math.round(slowestMs) };
  rows.push({ parser: name, ...counts, defects: defects.length });
  for (const defect of defects.slice(0, 20)) process.stderr.write(`${name}: ${defect}\n`);
  if (defects.length > 0) process.exitCode = 1;
}
const report: FuzzReport = { ...limits, rows, machine: machine() };
if (values.keep) await keepMeasurement('fuzz', report);
process.stdout.write(`${fuzzText(report)}\n`);
