/// <reference types="vite/client" />
/**
 * Reads a DICOM file in a page, scores it, shows the AI's heatmap and a fake beside the real image. Nothing leaves the page:
 * `npm run example:browser`, then open the address that it prints.
 */
import {
  type CadModel,
  cadOptions,
  createCadModel,
  drawHeatmap,
  heatmaps,
  scoreBatch,
} from '@mammo/cad-classifier';
import {
  drawPatient,
  memoryImageSet,
  phantomCohort,
  preprocessMammogram,
  writeSyntheticDicom,
} from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { valueAndInputGradient } from '@mammo/tfjs-second-order';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import wasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';

const SIZE = { height: 96, width: 80 };
const status = document.querySelector<HTMLElement>('#status')!;
const pictures = document.querySelector<HTMLElement>('#pictures')!;

setWasmPaths({
  'tfjs-backend-wasm.wasm': wasm,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threads,
});
if (!(await tf.setBackend('webgpu').catch(() => false))) await tf.setBackend('wasm');
// random weights, to be quick; yours: loadCad(new Uint8Array(await file.arrayBuffer()))
const model = createCadModel(cadOptions('small', { channelMultiplier: 1 / 8 }), {
  seed: 1,
  initialiser: 'he',
});

document.querySelector('input')?.addEventListener('change', async ({ target }) => {
  const [file] = (target as HTMLInputElement).files ?? [];
  if (file)
    await show(new Uint8Array(await file.arrayBuffer())).catch((error) => say(error.message));
});
await show(await phantom()).catch((error) => say(error.message));

async function show(bytes: Uint8Array): Promise<void> {
  const image = await preprocessMammogram(bytes, { ...SIZE, policy: 'pad' });
  const known = {
    imageId: '1',
    patientId: '1',
    laterality: 'L',
    view: 'CC',
    label: 'positive',
  } as const;
  const set = memoryImageSet({ ...SIZE, images: [known], pixels: [image.pixels] });
  const grey = await loadBatch(set, [0]);
  const fake = attack(model, grey);
  const [before] = await scoreBatch(model, grey);
  const [after] = await scoreBatch(model, fake);
  const [heatmap] = await heatmaps(model, set);
  const fakePixels = Uint16Array.from(await fake.data(), (value) => Math.round(65535 * value));
  tf.dispose([grey, fake]);
  pictures.replaceChildren();
  draw('real', (place) => Array(3).fill(image.pixels[place]! / 257));
  const { pixels } = drawHeatmap({ ...SIZE, pixels: image.pixels }, heatmap!);
  draw('evidence for cancer', (place) => [...pixels.subarray(3 * place, 3 * place + 3)]);
  draw('fake, synthetic', (place) => Array(3).fill(fakePixels[place]! / 257));
  say(`${tf.getBackend()}: p(cancer) ${before?.toFixed(4)}, of the fake ${after?.toFixed(4)}`);
}

/** A fake that the AI finds less suspicious: each pixel moves against the gradient of z₀ − z₁ (Goodfellow et al. 2015). */
function attack(cad: CadModel, grey: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const margin = (x: tf.Tensor4D) =>
      tf.matMul(cad.logits(imagenetNormalise(x)), tf.tensor2d([[1], [-1]]));
    const { gradient } = valueAndInputGradient(margin, grey, tf.ones([grey.shape[0], 1]));
    const down = tf.where(tf.greater(gradient, 0), tf.fill(gradient.shape, -0.02), 0.02);
    return tf.clipByValue(tf.add(grey, down), 0, 1) as tf.Tensor4D;
  });
}

function draw(title: string, colour: (place: number) => readonly number[]): void {
  const figure = document.createElement('figure');
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const rgba = new Uint8ClampedArray(4 * SIZE.height * SIZE.width).fill(255);
  for (let place = 0; place < rgba.length / 4; place++) rgba.set(colour(place), 4 * place);
  canvas.getContext('2d')?.putImageData(new ImageData(rgba, SIZE.width, SIZE.height), 0, 0);
  figure.append(
    canvas,
    Object.assign(document.createElement('figcaption'), { textContent: title }),
  );
  pictures.append(figure);
}

function say(text: string): void {
  status.textContent = text;
}

async function phantom(): Promise<Uint8Array> {
  const plan = phantomCohort({ seed: 1, ...SIZE, patients: 2, positiveShare: 0.5 });
  const [{ image, pixels }] = drawPatient(plan, 0) as [ReturnType<typeof drawPatient>[number]];
  const mark = { program: 'page', version: '1', description: 'a phantom' };
  const { patientId, laterality, view } = image;
  const breast = { patientId, laterality, view };
  return writeSyntheticDicom({ ...SIZE, pixels, bitsStored: 16 }, { mark, breast });
}
