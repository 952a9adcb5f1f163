import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import {
  Adam,
  gradientPenalty,
  valueAndInputGradient,
  valueAndVariableGradients,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { testedEngines, useEngine } from '../../../vitest.engines.ts';
import { cadLoss } from '../src/cad-loss.ts';
import type { CadModel } from '../src/cad-model.ts';
import { runVnet } from '../src/network.ts';
import { planNetwork } from '../src/network-plan.ts';
import {
  type ClassifierFixture,
  difference,
  fixture as found,
  imagesOf,
  inOurLayout,
  type Named,
  referenceModel,
  type Variant,
} from './classifier-fixture.ts';

const engines = await testedEngines();
const TOLERANCE = 1e-4; // float32 against float64, relative to each tensor's largest magnitude
const fixture = found as ClassifierFixture;
const absence = found === undefined ? ' (skipped: ../shared/reference absent)' : '';

describe.skipIf(found === undefined)(`the PyTorch reference${absence}`, () => {
  for (const { backend, name, problem } of engines) {
    describe.skipIf(problem !== '')(name, () => {
      afterAll(async () => {
        await useEngine('cpu');
      });
      for (const [what, run] of comparisons()) {
        test(what, { timeout: 60_000 }, async () => {
          await useEngine(backend);
          const model = referenceModel(fixture);
          await run(model);
          model.dispose();
        });
      }
    });
  }
});

type Comparison = [name: string, run: (model: CadModel) => Promise<void>];

function comparisons(): Comparison[] {
  return [
    ['gives the same features and logits', compareForward],
    ['has the same input gradient', compareInputGradient],
    ['has the same directional derivatives', compareDirectionalDerivatives],
    ...(found?.gp_only ?? []).map(
      (expected): Comparison => [
        `has the same penalty and gradients of it (${expected.gp_target})`,
        (model) => comparePenalty(model, expected),
      ],
    ),
    ...(found?.variants ?? []).map(
      (variant): Comparison => [
        `takes the same step (${variant.gp_target}, weight ${variant.focal_weight_detached ? 'detached' : 'exact'})`,
        (model) => compareStep(model, variant),
      ],
    ),
  ];
}

const normalised = (label: 'pos' | 'neg') =>
  imagenetNormalise(imagesOf(fixture.inputs[`grey_${label}`]));

async function compareForward(model: CadModel): Promise<void> {
  const { forward } = fixture;
  const { options, parameters } = model;
  const vnet = runVnet(normalised('pos'), { plan: planNetwork(options), options, parameters });
  const pairs = [
    [vnet, await imagesOf(forward.vnet_out_pos).data()],
    [model.features(normalised('pos')), forward.fnet_out_pos.data],
    [model.logits(normalised('pos')), forward.logits_pos.data],
    [model.logits(normalised('neg')), forward.logits_neg.data],
  ] as const;
  for (const [actual, expected] of pairs) {
    expect(difference(await actual.data(), expected)).toBeLessThan(TOLERANCE);
  }
}

/** Gradient of Σ weights · logits with respect to the images of the positives. */
function inputGradient(model: CadModel, weights: [number, number]): tf.Tensor4D {
  const images = normalised('pos');
  const dy: tf.Tensor2D = tf.tile(tf.tensor2d([weights]), [images.shape[0], 1]);
  return valueAndInputGradient((x) => model.logits(x), images, dy).gradient;
}

async function compareInputGradient(model: CadModel): Promise<void> {
  const { forward } = fixture;
  const gradient = inputGradient(model, [1, 1]);
  const expected = await imagesOf(forward.input_grad_sum_pos).data();
  expect(difference(await gradient.data(), expected)).toBeLessThan(TOLERANCE);
  const norms = tf.sqrt(tf.sum(tf.square(gradient), [1, 2, 3]));
  const expectedNorms = forward.input_grad_norm_pos.data;
  expect(difference(await norms.data(), expectedNorms)).toBeLessThan(TOLERANCE);
}

/** Along the direction whose elements all are 1/50. */
async function compareDirectionalDerivatives(model: CadModel): Promise<void> {
  const along = (weights: [number, number]) =>
    tf.div(tf.sum(inputGradient(model, weights), [1, 2, 3]), 50);
  const actual = tf.stack([along([1, 0]), along([0, 1])], 1); // [N, 2]
  const expected = fixture.dual_forward.d_logits.data;
  expect(difference(await actual.data(), expected)).toBeLessThan(TOLERANCE);
}

async function comparePenalty(
  model: CadModel,
  { gp_target, penalty, grads }: ClassifierFixture['gp_only'][number],
): Promise<void> {
  const { k, o: order } = fixture.gp;
  const sign = gp_target === 'sum' ? 1 : -1;
  const { value, gradients } = valueAndVariableGradients(
    () => gradientPenalty(inputGradient(model, [1, sign]), { k, order }),
    model.parameters,
  );
  expect(difference(await value.data(), [penalty])).toBeLessThan(TOLERANCE);
  await compareNamed(gradients, grads);
}

/** A gradient that is 0 but for rounding is compared with the largest one. */
async function compareNamed(actual: Readonly<Record<string, tf.Tensor>>, expected: Named) {
  const magnitudes = Object.values(expected).map(({ data }) => Math.max(...data.map(Math.abs)));
  const floor = 1e-6 * Math.max(...magnitudes);
  for (const [name, encoded] of Object.entries(expected)) {
    const wanted = inOurLayout(encoded).data;
    // a gradient that is zero everywhere may be absent
    const values = (await actual[name]?.data()) ?? new Float32Array(wanted.length);
    expect(difference(values, wanted, floor), name).toBeLessThan(TOLERANCE);
  }
}

async function compareStep(model: CadModel, variant: Variant): Promise<void> {
  const batch = { positives: normalised('pos'), negatives: normalised('neg') };
  const settings = {
    focal: { alpha: variant.alpha, detachWeight: variant.focal_weight_detached },
    penalizedOutput: variant.gp_target === 'sum' ? 'logit-sum' : 'logit-difference',
    penaltyWeight: fixture.gp.k,
    penaltyOrder: fixture.gp.o,
  } as const;
  const { losses } = variant;
  const terms = cadLoss(model, batch, settings);
  const actual = tf.stack([terms.focalPositive, terms.focalNegative, terms.penalty, terms.loss]);
  const expected = [losses.fl_pos, losses.fl_neg, losses.gp_pos + losses.gp_neg, losses.loss];
  expect(difference(await actual.data(), expected)).toBeLessThan(TOLERANCE);
  const { gradients } = valueAndVariableGradients(
    () => cadLoss(model, batch, settings).loss,
    model.parameters,
  );
  const norms = Object.entries(variant.grad_norms);
  const largest = Math.max(...norms.map(([, norm]) => norm));
  for (const [name, norm] of norms) {
    const actualNorm = Math.hypot(...((await gradients[name]?.data()) ?? [0]));
    const scale = Math.max(norm, 1e-6 * largest);
    expect(Math.abs(actualNorm - norm), name).toBeLessThan(TOLERANCE * scale);
  }
  if (variant.grads === undefined || variant.after === undefined) return;
  await compareNamed(gradients, variant.grads);
  const { lr, beta1, beta2 } = fixture.adam;
  const adam = new Adam({ learningRate: lr, beta1, beta2 });
  adam.apply(model.parameters, gradients);
  await compareAfterStep(model, variant.grads, variant.after);
  adam.dispose();
}

/** The first step of Adam is lr · sign(g): only where g is clearly not 0 is it decided. */
async function compareAfterStep(model: CadModel, grads: Named, after: Named): Promise<void> {
  for (const [name, variable] of model.parameters) {
    const gradient = inOurLayout(grads[name]!).data;
    const clear = [...gradient.keys()].filter((i) => Math.abs(gradient[i]!) > 1e-6);
    const values = await variable.data();
    const wanted = inOurLayout(after[name]!).data;
    const pick = (array: ArrayLike<number>) => clear.map((i) => array[i]!);
    expect(difference(pick(values), pick(wanted)), name).toBeLessThan(TOLERANCE);
  }
}
