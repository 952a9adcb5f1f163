import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import { type ArrayTensor, fromTorch } from '@mammo/tfjs-safetensors';
import { Adam, valueAndVariableGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cadLoss } from '../src/cad-loss.ts';
import { assembleCad, type CadModel } from '../src/cad-model.ts';
import type { CadOptions } from '../src/cad-options.ts';

interface Encoded {
  readonly shape: number[];
  readonly data: number[];
}
type Named = Readonly<Record<string, Encoded>>;

interface Variant {
  readonly gp_target: 'sum' | 'diff';
  readonly focal_weight_detached: boolean;
  readonly alpha: number;
  readonly losses: Readonly<Record<'fl_pos' | 'gp_pos' | 'fl_neg' | 'gp_neg' | 'loss', number>>;
  readonly grad_norms: Readonly<Record<string, number>>;
  readonly grads?: Named;
  readonly after?: Named;
}

interface Fixture {
  readonly config: Readonly<Record<string, number>>;
  readonly adam: { readonly lr: number };
  readonly gp: { readonly k: number; readonly o: number };
  readonly inputs: { readonly grey_pos: Encoded; readonly grey_neg: Encoded };
  readonly weights: Named;
  readonly forward: { readonly logits_pos: Encoded; readonly logits_neg: Encoded };
  readonly variants: readonly Variant[];
}

const FOLDER =
  process.env.MAMMO_FIXTURES ??
  fileURLToPath(new URL('../../../../shared/reference/fixtures/', import.meta.url));
const FILE = `${FOLDER}/classifier_step.json`;
const ENGINES = ['cpu', 'onnx'];

const array = ({ shape, data }: Encoded): ArrayTensor => ({ shape, data: Float32Array.from(data) });

/** [N, 1, H, W] grey as [N, H, W, 1]: one channel, so the numbers stay where they are. */
const grey = ({ shape: [n, , h, w], data }: Encoded): tf.Tensor4D =>
  tf.tensor4d(data, [n as number, h as number, w as number, 1]);

function optionsOf({ config }: Fixture): CadOptions {
  return {
    height: config.height as number,
    width: config.width as number,
    vggModules: config.vnet_modules as number,
    channelMultiplier: config.d_mult as number,
    dropout: config.dropout as number,
    channelsPerGroup: config.fc_group_min as number,
  };
}

/** Largest difference, relative to the largest magnitude expected. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [largest, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs((actual[i] as number) - (expected[i] as number)));
    scale = Math.max(scale, Math.abs(expected[i] as number));
  }
  return largest / Math.max(scale, 1e-12);
}

describe.skipIf(!existsSync(FILE))('the PyTorch reference (../shared/reference)', () => {
  const fixture: Fixture = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined;
  const { k, o } = fixture?.gp ?? { k: 0, o: 4 };

  const makeModel = (): CadModel =>
    assembleCad(
      optionsOf(fixture),
      (name) => fromTorch(array(fixture.weights[name] as Encoded)).data,
    );

  describe.each(ENGINES)('on %s', (engine) => {
    const inEngine = (name: string, run: () => Promise<void>) =>
      test(name, { timeout: 60_000 }, async () => {
        if (engine === 'onnx') await import('@mammo/tfjs-backend-onnx');
        await tf.setBackend(engine);
        await run();
      });

    inEngine('gives the same logits', async () => {
      const model = makeModel();
      for (const label of ['pos', 'neg'] as const) {
        const z = model.logits(imagenetNormalise(grey(fixture.inputs[`grey_${label}`])));
        const expected = fixture.forward[`logits_${label}`].data;
        expect(difference(await z.data(), expected)).toBeLessThan(1e-4);
      }
      model.dispose();
    });

    for (const variant of fixture?.variants ?? []) {
      const { gp_target, focal_weight_detached, alpha } = variant;
      inEngine(
        `takes the same step (${gp_target}, weight detached: ${focal_weight_detached})`,
        async () => {
          const model = makeModel();
          const batch = {
            positives: imagenetNormalise(grey(fixture.inputs.grey_pos)),
            negatives: imagenetNormalise(grey(fixture.inputs.grey_neg)),
          };
          const settings = {
            focal: { alpha, detachWeight: focal_weight_detached },
            penalizedOutput: gp_target === 'sum' ? 'logit-sum' : 'logit-difference',
            penaltyWeight: k,
            penaltyOrder: o,
          } as const;
          const terms = cadLoss(model, batch, settings);
          const [fp, fn, gp, loss] = await Promise.all(
            [terms.focalPositive, terms.focalNegative, terms.penalty, terms.loss].map(
              async (term) => (await term.data())[0] as number,
            ),
          );
          const { losses } = variant;
          expect(
            difference(
              [fp as number, fn as number, gp as number, loss as number],
              [losses.fl_pos, losses.fl_neg, losses.gp_pos + losses.gp_neg, losses.loss],
            ),
          ).toBeLessThan(1e-4);
          const { gradients } = valueAndVariableGradients(
            () => cadLoss(model, batch, settings).loss,
            model.parameters,
          );
          const adam = new Adam({ learningRate: fixture.adam.lr });
          adam.apply(model.parameters, gradients);
          for (const [name, variable] of model.parameters) {
            const norm = Math.hypot(...((await gradients[name]?.data()) ?? [0]));
            const expected = variant.grad_norms[name] as number;
            expect(Math.abs(norm - expected), name).toBeLessThan(1e-4 * Math.max(expected, 1e-3));
            if (!variant.grads?.[name] || !variant.after?.[name]) continue;
            const gradient = fromTorch(array(variant.grads[name])).data;
            expect(difference((await gradients[name]?.data()) ?? [], gradient), name).toBeLessThan(
              1e-4,
            );
            const after = fromTorch(array(variant.after[name])).data;
            const clear = [...gradient.keys()].filter(
              (i) => Math.abs(gradient[i] as number) > 1e-6,
            );
            const values = await variable.data();
            expect(
              difference(
                clear.map((i) => values[i] as number),
                clear.map((i) => after[i] as number),
              ),
              name,
            ).toBeLessThan(1e-4);
          }
          adam.dispose();
          model.dispose();
        },
      );
    }
  });
});
