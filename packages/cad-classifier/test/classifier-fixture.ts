import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ArrayTensor, fromTorch } from '@mammo/tfjs-safetensors';
import * as tf from '@tensorflow/tfjs-core';
import { assembleCad, type CadModel } from '../src/cad-model.ts';
import type { CadOptions } from '../src/cad-options.ts';

/** A tensor in PyTorch's layout. */
export interface Encoded {
  readonly shape: number[];
  readonly data: number[];
}

/** Tensors by PyTorch name. */
export type Named = Readonly<Record<string, Encoded>>;

/** One training step of the reference. */
export interface Variant {
  readonly gp_target: 'sum' | 'diff';
  readonly focal_weight_detached: boolean;
  readonly alpha: number;
  readonly losses: Readonly<Record<'fl_pos' | 'gp_pos' | 'fl_neg' | 'gp_neg' | 'loss', number>>;
  readonly grad_norms: Readonly<Record<string, number>>;
  readonly grads?: Named;
  readonly after?: Named;
}

/** classifier_step.json, as make_parity_fixtures.py writes it. */
export interface ClassifierFixture {
  readonly config: Readonly<Record<string, number>>;
  readonly adam: { readonly lr: number; readonly beta1: number; readonly beta2: number };
  readonly gp: { readonly k: number; readonly o: number };
  readonly inputs: { readonly grey_pos: Encoded; readonly grey_neg: Encoded };
  readonly weights: Named;
  readonly forward: Readonly<
    Record<
      | 'vnet_out_pos'
      | 'fnet_out_pos'
      | 'logits_pos'
      | 'logits_neg'
      | 'input_grad_sum_pos'
      | 'input_grad_norm_pos',
      Encoded
    >
  >;
  readonly variants: readonly Variant[];
  readonly gp_only: readonly {
    readonly gp_target: 'sum' | 'diff';
    readonly penalty: number;
    readonly grads: Named;
  }[];
  readonly dual_forward: { readonly d_logits: Encoded };
}

const data =
  process.env.MAMMO_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const file = `${process.env.MAMMO_FIXTURES ?? `${data}/../reference/fixtures`}/classifier_step.json`;

/** The fixture, or `undefined` where the reference is absent. */
export const fixture: ClassifierFixture | undefined = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : undefined;

/** The reference's network with the fixture's weights; owned by the caller. */
export function referenceModel({ config, weights }: ClassifierFixture): CadModel {
  const options: CadOptions = {
    height: config.height!,
    width: config.width!,
    vggModules: config.vnet_modules!,
    channelMultiplier: config.d_mult!,
    dropout: config.dropout!,
    channelsPerGroup: config.fc_group_min!,
  };
  return assembleCad(options, (name) => inOurLayout(weights[name]!).data);
}

/** A weight in the layout of tfjs. */
export function inOurLayout({ shape, data }: Encoded): ArrayTensor {
  return fromTorch({ shape, data: Float32Array.from(data) });
}

/** Images [N, C, H, W] as [N, H, W, C]. */
export function imagesOf({ shape, data }: Encoded): tf.Tensor4D {
  return tf.tidy(() => {
    const channelsFirst = tf.tensor<tf.Rank.R4>(data, shape as tf.Tensor4D['shape']);
    return tf.transpose(channelsFirst, [0, 2, 3, 1]);
  });
}

/**
 * Largest difference, relative to the largest magnitude expected, or to `floor` if that is larger; infinite if the
 * lengths differ.
 */
export function difference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  floor = 1e-12,
): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [largest, scale] = [0, floor];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return largest / scale;
}
