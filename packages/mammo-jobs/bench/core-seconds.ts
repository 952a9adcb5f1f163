import { type CadPreset, createCadModel, score } from '@mammo/cad-classifier';
import { type CaseImage, memoryImageSet, randomStream } from '@mammo/mammo-io';
import { keepMeasurement, machine } from '../measured/measurement.ts';
import type { CoreSecondsReport } from '../measured/reports.ts';
import { startEngine } from '../src/operations/start-engine.ts';

/**
 * Seconds of one core that scoring an image takes, by the processor's time, which other work on the machine does not change much;
 * kept in `measured/core-seconds.json`.
 *
 *   npm run bench:core-seconds -w packages/mammo-jobs
 */
const IMAGES: Readonly<Record<CadPreset, number>> = {
  small: 256,
  medium: 128,
  large: 32,
  'paper-low': 1,
  'paper-high': 1,
};

await startEngine({ engine: 'onnx', threads: 1 });
const rows: { network: string; seconds: number }[] = [];
for (const preset of Object.keys(IMAGES) as CadPreset[]) {
  const model = createCadModel(preset, { seed: 1 });
  const { height, width } = model.options;
  const random = randomStream(1, preset);
  const pixels = Uint16Array.from({ length: height * width }, () => random.integer(65536));
  const set = (count: number) =>
    memoryImageSet({
      height,
      width,
      images: Array.from({ length: count }, () => ({ label: 'negative' }) as CaseImage),
      pixels: Array.from({ length: count }, () => pixels),
    });
  const batch = Math.max(1, Math.min(16, IMAGES[preset], Math.floor(2 ** 22 / (height * width))));
  await score(model, set(batch), { batch }); // plans and buffers are made once
  const before = process.cpuUsage();
  await score(model, set(IMAGES[preset]), { batch });
  const { user, system } = process.cpuUsage(before);
  rows.push({ network: preset, seconds: (user + system) / 1e6 / IMAGES[preset] });
  model.dispose();
}
const report: CoreSecondsReport = { rows, machine: machine() };
await keepMeasurement('core-seconds', report);
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
