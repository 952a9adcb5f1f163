import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CaseImage, type ImageSet, memoryImageSet, randomStream } from '@mammo/mammo-io';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import { chooseEngine, type EngineChoice } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';
import { type CadModel, type CadPreset, createCadModel, score } from '../src/index.ts';

/**
 * How long `score` takes beside the bare loop that it replaces: tensor of a batch, logits, data. Both go over the same images in turns; medians
 * and the median of the pairwise ratios are printed and written to score.md and score.json.
 *
 *   npm run bench -w packages/cad-classifier -- --engine onnx --rounds 15
 */
const BATCH = 16;

interface Measured {
  readonly preset: CadPreset;
  readonly images: number;
  readonly scoreMs: number;
  readonly bareMs: number;
  /** Median of score / bare, round by round. */
  readonly ratio: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      engine: { type: 'string', default: 'onnx' },
      rounds: { type: 'string', default: '15' },
    },
  });
  const { engine } = await chooseEngine(values.engine as EngineChoice);
  const measured: Measured[] = [];
  for (const [preset, images] of [
    ['small', 256],
    ['medium', 128],
  ] as const) {
    measured.push(await measure(preset, { images, rounds: Number(values.rounds) }));
  }
  const [processor] = cpus();
  const machine = `${cpus().length} × ${processor?.model}, Node ${process.versions.node}, engine ${engine}`;
  const rows = measured.map(
    ({ preset, images, scoreMs, bareMs, ratio }) =>
      `| ${preset} | ${images} | ${scoreMs.toFixed(0)} | ${bareMs.toFixed(0)} | ${ratio.toFixed(3)} |`,
  );
  const text = `# Scoring beside a bare loop\n\nMedians over ${values.rounds} rounds in turns, batches of ${BATCH}, images in memory; ${machine}.\n
| preset | images | score, ms | bare loop, ms | ratio |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  writeFileSync(file('score.md'), text);
  writeFileSync(file('score.json'), `${JSON.stringify({ machine, measured }, null, 2)}\n`);
  process.stdout.write(text);
}

async function measure(
  preset: CadPreset,
  { images, rounds }: { readonly images: number; readonly rounds: number },
): Promise<Measured> {
  const model = createCadModel(preset, { seed: 1, initialiser: 'he' });
  const set = noise(model, images);
  const times = { score: [] as number[], bare: [] as number[] };
  for (let round = -2; round < rounds; round++) {
    const bare = await timed(() => bareLoop(model, set));
    const own = await timed(() => score(model, set, { batch: BATCH }));
    if (round < 0) continue; // the engine compiles
    times.bare.push(bare);
    times.score.push(own);
  }
  model.dispose();
  const ratios = times.score.map((own, i) => own / times.bare[i]!);
  return {
    preset,
    images,
    scoreMs: median(times.score),
    bareMs: median(times.bare),
    ratio: median(ratios),
  };
}

/** What one would write without the library's loop. */
async function bareLoop(model: CadModel, set: ImageSet): Promise<Float32Array> {
  const { height, width } = set;
  const logits = new Float32Array(2 * set.images.length);
  for (let start = 0; start < set.images.length; start += BATCH) {
    const grey = new Float32Array(BATCH * height * width);
    for (let i = 0; i < BATCH; i++) {
      const pixels = await set.pixels(start + i);
      const offset = i * height * width;
      for (let at = 0; at < pixels.length; at++) grey[offset + at] = pixels[at]! / 65535;
    }
    const z = tf.tidy(() =>
      model.logits(imagenetNormalise(tf.tensor4d(grey, [BATCH, height, width, 1]))),
    );
    logits.set(await z.data(), 2 * start);
    z.dispose();
  }
  return logits;
}

function noise({ options: { height, width } }: CadModel, count: number): ImageSet {
  const random = randomStream(1);
  const images = Array.from({ length: count }, (_, i): CaseImage => {
    return { imageId: `${i}`, patientId: `${i}`, laterality: 'L', view: 'CC', label: 'negative' };
  });
  const pixels = images.map(() =>
    Uint16Array.from({ length: height * width }, () => random.integer(65536)),
  );
  return memoryImageSet({ height, width, images, pixels });
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle]! + sorted[middle - 1]!) / 2;
}

await main();
