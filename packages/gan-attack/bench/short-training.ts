import { parseArgs } from 'node:util';
import { type CadPreset, cadOptions, createCadModel, trainCad } from '@mammo/cad-classifier';
import { drawPatient, memoryImageSet, phantomCohort } from '@mammo/mammo-io';
import { chooseEngine, type EngineName } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A short real training of the classifier at the paper's size, on phantoms, from scratch: does the loss fall, does the AUC
 * rise, and what does a step cost?
 *
 *   npm run bench:training -w packages/gan-attack -- --engine onnx-webgpu --preset paper-low --steps 60
 */
const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'onnx' },
    preset: { type: 'string', default: 'paper-low' },
    steps: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1e-4' },
    patients: { type: 'string', default: '24' },
    perClass: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const [steps, rate, seed] = [Number(values.steps), Number(values.rate), Number(values.seed)];
tf.env().set('PROD', true);
await chooseEngine(values.engine as EngineName);
const sizes = cadOptions(values.preset as CadPreset);

function draw(drawingSeed: number, patients: number) {
  const { height, width } = sizes;
  const options = { height, width, patients, positiveShare: 0.5 };
  const plan = phantomCohort({ seed: drawingSeed, ...options });
  const views = plan.patients.flatMap((_, index) => [...drawPatient(plan, index)]);
  const images = views.map(({ image }) => image);
  return memoryImageSet({ height, width, images, pixels: views.map(({ pixels }) => pixels) });
}

let started = performance.now();
const training = draw(seed, Number(values.patients));
const validation = draw(seed + 1, Math.ceil(Number(values.patients) / 2));
const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
print(`${training.images.length} + ${validation.images.length} images drawn in ${seconds()} s`);

const model = createCadModel(sizes, { seed, initialiser: 'he' });
const learningRates = { vnet: rate, fnet: rate, head: rate };
const validateEvery = Math.ceil(steps / 3);
started = performance.now();
let before = started;
await trainCad(
  model,
  { training, validation },
  {
    seed,
    schedule: {
      perClass: Number(values.perClass),
      validateEvery,
      phases: [{ name: 'all', steps, learningRates }],
    },
    validationBatch: 2,
    onStep: ({ step, loss, focal, penalty, validationAuc }) => {
      const now = performance.now();
      const auc = validationAuc === undefined ? '' : `, validation AUC ${validationAuc.toFixed(3)}`;
      const terms = `loss ${loss.toFixed(4)} (focal ${focal.toFixed(4)}, penalty ${penalty.toExponential(2)})`;
      print(`step ${step}: ${terms}, ${(now - before).toFixed(0)} ms${auc}`);
      before = now;
    },
  },
);
print(`${steps} steps in ${seconds()} s on ${values.engine}`);
model.dispose();
