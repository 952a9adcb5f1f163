/** Two defences, a detector and adversarial training, attacked again: `npm run example -- examples/defend.ts`. */
import { spectrumDetector } from '@mammo/adversarial-eval';
import {
  type Adversary,
  areaUnderCurve,
  CLASS_INDEX,
  cadOptions,
  cadSchedule,
  createCadModel,
  trainCad,
} from '@mammo/cad-classifier';
import {
  attackOutcomes,
  type DifferentiableClassifier,
  projectedGradient,
} from '@mammo/gan-attack';
import { type ImageSet, memoryImageSet } from '@mammo/mammo-io';
import { imagenetNormalise, loadBatch } from '@mammo/mammo-io/tensors';
import { chooseEngine } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';
import { check, say } from './check.ts';
import { smallCohort } from './small-cohort.ts';

await chooseEngine('auto');
const [training, validation, test] = [smallCohort(1, 48), smallCohort(2, 16), smallCohort(3, 24)];
const options = cadOptions('small', {
  height: 48,
  width: 40,
  channelMultiplier: 1 / 8,
  dropout: 0,
});
const model = createCadModel(options, { seed: 1, initialiser: 'he' });
const victim: DifferentiableClassifier = {
  bounds: [0, 1],
  logits: (grey) => model.logits(imagenetNormalise(grey)),
};

await train(training, 90);
const before = await attack(test);
say(`before: ${before.fooled} of ${before.right} that were right are fooled`);

// a detector learns from fakes of the training patients
const known = await attack(training);
const detector = spectrumDetector({ height: 48, width: 40, maximum: 65535 });
await detector.fit(await samples(training), await samples(known.fakes));
const scoresOf = async (set: ImageSet) => [...(await detector.score(await samples(set)))];
const area = areaUnderCurve(await scoresOf(before.fakes), await scoresOf(test));
say(
  `detector: AUC ${area.toFixed(3)} on fakes of other patients; an attacker who knows it was not tried`,
);

// from now on every step learns from images that have just been attacked, with their true labels
await train(training, 60, async ({ images, label }) =>
  attacked(images, new Array<number>(images.shape[0]).fill(CLASS_INDEX[label])),
);
const after = await attack(test);
say(`after adversarial training, attacked anew: ${after.fooled} of ${after.right}`);
model.dispose();

check('the detector tells fakes from real images (AUC above 0.8)', area > 0.8);
check(
  'adversarial training lowers the share that is fooled',
  after.fooled / after.right < before.fooled / before.right,
);
check('and the AI still has most images right', after.right > test.images.length / 2);

async function train(set: ImageSet, steps: number, adversary?: Adversary): Promise<void> {
  const learningRates = { vnet: 1e-3, fnet: 1e-3, head: 1e-3 };
  const phases = [{ name: 'all', steps, learningRates }];
  const schedule = { ...cadSchedule('small'), perClass: 8, validateEvery: 30, phases };
  const sets = { training: set, validation };
  await trainCad(model, sets, { schedule, seed: 1, ...(adversary && { adversary }) });
}

/** Projected gradients of at most 0.02 of the range. */
function attacked(images: tf.Tensor4D, labels: readonly number[]): Promise<tf.Tensor4D> {
  const budget = { norm: 'linf', epsilon: 0.02, steps: 6, stepSize: 0.005 } as const;
  const how = { momentum: 0, randomStart: false, loss: 'cross-entropy', seed: 1 } as const;
  return projectedGradient(victim, { images, labels }, { ...budget, ...how });
}

/** Fakes of a set, stored at 16 bit, and how many of the right images they fool. */
async function attack(set: ImageSet) {
  const images = await loadBatch(set, [...set.images.keys()]);
  const labels = set.images.map(({ label }) => CLASS_INDEX[label]);
  const made = await attacked(images, labels);
  const clean = await attackOutcomes(victim, { images, labels }, images);
  const outcomes = await attackOutcomes(victim, { images, labels }, made);
  const grey = await made.data();
  tf.dispose([images, made]);
  const size = set.height * set.width;
  const pixels = set.images.map((_, i) =>
    Uint16Array.from(grey.subarray(i * size, (i + 1) * size), (value) => Math.round(65535 * value)),
  );
  const right = outcomes.filter((_, i) => clean[i]?.fooled === false);
  const fakes = memoryImageSet({
    height: set.height,
    width: set.width,
    images: set.images,
    pixels,
  });
  return { fakes, right: right.length, fooled: right.filter(({ fooled }) => fooled).length };
}

async function samples(set: ImageSet): Promise<{ image: Uint16Array; patientId: string }[]> {
  const pixels = await Promise.all(set.images.map((_, i) => set.pixels(i)));
  return set.images.map(({ patientId }, i) => ({ image: pixels[i]!, patientId }));
}
