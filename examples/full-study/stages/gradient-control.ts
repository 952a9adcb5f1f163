import type { CadModel } from '@mammo/cad-classifier';
import { CLASS_INDEX } from '@mammo/cad-classifier';
import { type DifferentiableClassifier, projectedGradient } from '@mammo/gan-attack';
import { imagenetNormalise } from '@mammo/mammo-io/tensors';
import * as tf from '@tensorflow/tfjs-core';
import type { Direction } from '../fakes.ts';
import { SOURCE_LABEL } from '../fakes.ts';
import { greyTensor, type ScoringOptions } from './score-pixels.ts';

const STEPS = 10;

/**
 * Images changed by projected gradient descent in an L2 ball: what an attacker with the classifier's gradients, and no network of
 * his own, does with the same change.
 *
 * @param epsilon - radius of the ball, pixels being in [0, 1]
 */
export async function gradientAttack(
  cad: CadModel,
  images: readonly Uint16Array[],
  options: ScoringOptions & {
    readonly direction: Direction;
    readonly epsilon: number;
    readonly seed: number;
  },
): Promise<Float32Array[]> {
  const { height, width, batch, signal, direction, epsilon, seed } = options;
  const classifier = classifierOf(cad);
  const label = CLASS_INDEX[SOURCE_LABEL[direction]];
  const size = height * width;
  const attacked: Float32Array[] = [];
  for (let start = 0; start < images.length; start += batch) {
    signal.throwIfAborted();
    const some = images.slice(start, start + batch);
    const originals = greyTensor(some, { height, width });
    const changed = await projectedGradient(
      classifier,
      { images: originals, labels: some.map(() => label) },
      {
        norm: 'l2',
        epsilon,
        steps: STEPS,
        stepSize: (2.5 * epsilon) / STEPS,
        momentum: 0,
        randomStart: false,
        loss: 'cross-entropy',
        seed,
      },
    );
    const levels = await changed.data();
    for (const i of some.keys()) {
      attacked.push(
        Float32Array.from(levels.slice(i * size, (i + 1) * size), (level) => level * 65535),
      );
    }
    tf.dispose([originals, changed]);
  }
  return attacked;
}

/** The AI as gradient attacks see it. */
export function classifierOf(cad: CadModel): DifferentiableClassifier {
  return { bounds: [0, 1], logits: (grey) => cad.logits(imagenetNormalise(grey)) };
}
