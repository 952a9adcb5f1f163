import * as tf from '@tensorflow/tfjs-core';

/** A classifier as gradient attacks see it; any network that gives logits is one. */
export interface DifferentiableClassifier {
  /** The least and the greatest value of a pixel. */
  readonly bounds: readonly [least: number, greatest: number];
  /**
   * Raw scores, before softmax or sigmoid; differentiable. Probabilities have no gradient left where they are sure.
   *
   * @param images - [N, H, W, C] within the bounds
   * @returns [N, K], one logit for each of K ≥ 2 classes; see {@link binaryClassifier} for a single logit
   */
  logits(images: tf.Tensor4D): tf.Tensor2D;
}

/** Images and the classes that the attacker wants them not to be taken for. */
export interface AttackTargets {
  /** [N, H, W, C] within the classifier's bounds; stays the caller's. */
  readonly images: tf.Tensor4D;
  /** The true class of each image, 0 … K − 1. */
  readonly labels: readonly number[];
}

/**
 * A classifier of two classes that gives one logit z, positive where it is above 0, as one of two logits (0, z): class 0 is
 * negative, class 1 positive. Cross-entropy and margin of the pair are those of the single logit.
 *
 * @param logit - [N, H, W, C] → N raw scores, [N] or [N, 1]
 * @example
 * ```ts
 * const classifier = binaryClassifier((images) => tf.sum(images, [1, 2, 3]), [0, 1]);
 * await classifier.logits(tf.ones([1, 1, 2, 1])).data(); // => Float32Array.of(0, 2)
 * ```
 */
export function binaryClassifier(
  logit: (images: tf.Tensor4D) => tf.Tensor,
  bounds: readonly [least: number, greatest: number],
): DifferentiableClassifier {
  return {
    bounds,
    logits: (images) =>
      tf.tidy(() => {
        const z = tf.reshape(logit(images), [-1, 1]);
        return tf.concat([tf.zerosLike(z), z], 1) as tf.Tensor2D;
      }),
  };
}

/**
 * Looks at classifier, images and labels before an attack begins.
 *
 * @returns the number of classes
 * @throws RangeError if bounds, shape, pixels, labels or logits are not what an attack needs
 */
export async function checkTargets(
  attack: string,
  { bounds: [least, greatest], logits }: DifferentiableClassifier,
  { images, labels }: AttackTargets,
): Promise<number> {
  if (!(least < greatest)) {
    throw new RangeError(
      `${attack}: bounds must be [least, greatest], got [${least}, ${greatest}]`,
    );
  }
  if (images.rank !== 4) {
    throw new RangeError(`${attack}: images must have shape [N, H, W, C], got [${images.shape}]`);
  }
  const [minimum, maximum] = await valuesOf(() => [tf.min(images), tf.max(images)]);
  if (!(minimum! >= least && maximum! <= greatest)) {
    throw new RangeError(
      `${attack}: pixels must lie in [${least}, ${greatest}], got [${minimum}, ${maximum}]`,
    );
  }
  const shape = tf.tidy(() => logits(images).shape);
  const [count, classes] = shape;
  if (shape.length !== 2 || count !== images.shape[0] || !(classes! >= 2)) {
    throw new RangeError(
      `${attack}: logits must have shape [${images.shape[0]}, K] with K ≥ 2, got [${shape}]`,
    );
  }
  const wrong = labels.find(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classes!),
  );
  if (labels.length !== count || wrong !== undefined) {
    throw new RangeError(
      `${attack}: labels must be ${count} classes in [0, ${classes}), got ${wrong ?? labels.length}`,
    );
  }
  await checkLogits(attack, () => logits(images));
  return classes!;
}

/** @throws RangeError if every row is a distribution: the gradient of a softmax vanishes where it is sure */
async function checkLogits(attack: string, compute: () => tf.Tensor2D): Promise<void> {
  const [least, farthest, inside] = await valuesOf(() => {
    const scores = compute();
    return [
      tf.min(scores),
      tf.max(tf.abs(tf.sub(tf.sum(scores, 1), 1))),
      tf.max(tf.minimum(scores, tf.sub(1, scores))),
    ];
  });
  if (least! >= 0 && farthest! < 1e-5 && inside! > 0) {
    throw new RangeError(
      `${attack}: logits must be raw scores, before the softmax, got probabilities: rows in [0, 1] that sum to 1`,
    );
  }
}

async function valuesOf(compute: () => tf.Tensor[]): Promise<number[]> {
  const scalars = tf.tidy(compute);
  try {
    return await Promise.all(scalars.map(async (scalar) => (await scalar.data())[0]!));
  } finally {
    tf.dispose(scalars);
  }
}
