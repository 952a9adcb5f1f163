/** Gradient attacks against a network of your own: `npm run example -- examples/attack-your-model.ts`. */
import { evaluatePaired, type PairedRecord } from '@mammo/adversarial-eval';
import { attackOutcomes, binaryClassifier, projectedGradient } from '@mammo/gan-attack';
import { loadBatch } from '@mammo/mammo-io/tensors';
import { chooseEngine } from '@mammo/tfjs-engine';
import { avgPool, registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { check, say } from './check.ts';
import { smallCohort } from './small-cohort.ts';

await chooseEngine('auto');
registerMissingGradients();
const set = smallCohort(4, 24);
const images = await loadBatch(
  set,
  set.images.map((_, i) => i),
);
const labels = set.images.map(({ label }) => (label === 'positive' ? 1 : 0));

// your model: anything that gives a logit; here, a line through the brightest patch of the image
const brightest = (x: tf.Tensor4D) =>
  tf.tidy(() => tf.max(tf.reshape(avgPool(x, { size: 4, stride: 4 }), [x.shape[0], -1]), 1));
const cut = tf.tidy(() => tf.mean(brightest(images)));
const model = binaryClassifier((x) => tf.mul(tf.sub(brightest(x), cut), 20), [0, 1]);
const scores = async (x: tf.Tensor4D) => {
  const p = tf.tidy(() => tf.softmax(model.logits(x)));
  const values = await p.data();
  p.dispose();
  return set.images.map((_, i) => values[2 * i + 1]!);
};

const epsilon = 0.04;
const fakes = await projectedGradient(
  model,
  { images, labels },
  {
    norm: 'linf',
    epsilon,
    steps: 10,
    stepSize: 0.01,
    momentum: 0,
    randomStart: false,
    loss: 'cross-entropy',
    seed: 1,
  },
);
const outcomes = await attackOutcomes(model, { images, labels }, fakes);
const [real, fake] = [await scores(images), await scores(fakes)];
tf.dispose([images, fakes, cut]);

const records = set.images.map(
  ({ imageId, patientId, label }, i): PairedRecord => ({
    caseId: imageId,
    patientId,
    label,
    direction: label === 'positive' ? 'remove' : 'insert',
    intendedLabel: label === 'positive' ? 'negative' : 'positive',
    scoreReal: real[i]!,
    scoreFake: fake[i]!,
    attackId: 'pgd',
  }),
);
const { aucReal, aucFakeOriginal, fooled } = evaluatePaired(records);
const { k, n, lower, upper } = fooled.both;
say(
  `AUC of real images ${aucReal.estimate.toFixed(3)}, of fakes ${aucFakeOriginal.estimate.toFixed(3)}`,
);
say(
  `fooled ${k} of ${n} that were right (95 % interval ${lower?.toFixed(2)} to ${upper?.toFixed(2)})`,
);

check(
  `no pixel changed by more than ${epsilon}`,
  outcomes.every(({ linf }) => linf <= epsilon + 1e-6),
);
check('the attack lowers the area under the curve', aucFakeOriginal.estimate < aucReal.estimate);
check('it fools the model at least once', k > 0);
