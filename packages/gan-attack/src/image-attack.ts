import * as tf from '@tensorflow/tfjs-core';
import type { ImageGenerator } from './apply-generator.ts';
import type { AttackDirection } from './victim.ts';

/** Images after an attack. */
export interface AttackedImages {
  /** In the shape and the bounds of the originals; owned by the caller. */
  readonly images: tf.Tensor4D;
  /** The attack's name in `ATTACKS`. */
  readonly attack: string;
  /** Every attacked image is marked; keep the mark wherever it is stored. */
  readonly synthetic: true;
}

/** How {@link ImageAttack.attack} is run. */
export interface AttackImagesOptions {
  /**
   * The class of each image, 0 … K − 1. Gradient attacks need them. Generators change images of the class that they were
   * trained on (1, positive, to remove; 0, negative, to insert) and return the others as they are; without labels they
   * take all for such.
   */
  readonly labels?: readonly number[];
}

/** An attack that is ready to be used, whatever is behind it. */
export interface ImageAttack {
  /** Its name in `ATTACKS`. */
  readonly name: string;
  /**
   * Changes images so that they are taken for another class.
   *
   * @param images - [N, H, W, C] within the bounds of the classifier, [0, 1] for generators; stays the caller's
   * @throws RangeError if shape, pixels or labels are not what the attack needs
   */
  attack(images: tf.Tensor4D, options?: AttackImagesOptions): Promise<AttackedImages>;
}

/** The generators of an attack; one direction may be missing. */
export type GeneratorPair = Readonly<Partial<Record<AttackDirection, ImageGenerator>>>;

/** How {@link generatorAttack} makes fakes. */
export interface GeneratorAttackOptions {
  /** Images made at once; by default 8. */
  readonly batch?: number;
  /** Whether pixels that are 0 stay 0; by default only where the generator's output is a `'delta'`. */
  readonly keepBackground?: boolean;
}

/**
 * Generators as an attack: positive images go through the one that removes, negative ones through the one that inserts.
 *
 * @param name - what the results are called; see `ATTACKS`
 * @throws RangeError if there is no generator, or the batch is not a positive integer
 */
export function generatorAttack(
  name: string,
  generators: GeneratorPair,
  options: GeneratorAttackOptions = {},
): ImageAttack {
  const { batch = 8 } = options;
  const directions = (['remove', 'insert'] as const).filter((direction) => generators[direction]);
  if (directions.length === 0) {
    throw new RangeError(`${name}: generators must hold remove or insert, got neither`);
  }
  if (!Number.isSafeInteger(batch) || batch < 1) {
    throw new RangeError(`${name}: batch must be a positive integer, got ${batch}`);
  }
  return {
    name,
    async attack(images, { labels } = {}) {
      const choice = chooseGenerators(name, { count: images.shape[0] ?? 0, labels, directions });
      for (const direction of directions) {
        checkShape(name, images, (generators[direction] as ImageGenerator).options);
      }
      await checkGrey(name, images);
      const rows: tf.Tensor4D[] = [];
      try {
        for (let start = 0; start < choice.length; start += batch) {
          const some = choice.slice(start, start + batch);
          rows.push(fakeRows(images, { start, choice: some, generators, options }));
          await rows.at(-1)?.data(); // so that an engine that records does not hold every batch at once
        }
        return { images: tf.concat(rows, 0), attack: name, synthetic: true };
      } finally {
        tf.dispose(rows);
      }
    },
  };
}

interface BatchRequest {
  readonly start: number;
  readonly choice: readonly (AttackDirection | undefined)[];
  readonly generators: GeneratorPair;
  readonly options: GeneratorAttackOptions;
}

/** The fakes of a batch; images without a direction come back as they are. */
function fakeRows(
  images: tf.Tensor4D,
  { start, choice, generators, options }: BatchRequest,
): tf.Tensor4D {
  return tf.tidy(() => {
    let result: tf.Tensor4D = tf.slice(images, [start, 0, 0, 0], [choice.length, -1, -1, -1]);
    const source = result;
    for (const direction of ['remove', 'insert'] as const) {
      const generator = generators[direction];
      if (generator === undefined || !choice.includes(direction)) continue;
      const mask = tf.reshape(
        tf.tensor1d(
          choice.map((chosen) => chosen === direction),
          'bool',
        ),
        [-1, 1, 1, 1],
      );
      const { keepBackground = generator.options.output === 'delta' } = options;
      const fake = tf.clipByValue(generator.generate(source), 0, 1);
      const kept = keepBackground ? tf.where(tf.equal(source, 0), source, fake) : fake;
      result = tf.where(mask, kept, result) as tf.Tensor4D;
    }
    return tf.clone(result);
  });
}

function chooseGenerators(
  name: string,
  {
    count,
    labels,
    directions,
  }: {
    readonly count: number;
    readonly labels: readonly number[] | undefined;
    readonly directions: readonly AttackDirection[];
  },
): (AttackDirection | undefined)[] {
  if (labels === undefined) {
    if (directions.length > 1) {
      throw new RangeError(
        `${name}: labels must be given to an attack of both directions, got none`,
      );
    }
    return Array(count).fill(directions[0]);
  }
  const wrong = labels.find((label) => label !== 0 && label !== 1);
  if (labels.length !== count || wrong !== undefined) {
    throw new RangeError(
      `${name}: labels must be ${count} of 0 (negative) and 1 (positive), got ${wrong ?? labels.length}`,
    );
  }
  return labels.map((label) => {
    const direction = label === 1 ? 'remove' : 'insert';
    return directions.includes(direction) ? direction : undefined;
  });
}

function checkShape(
  name: string,
  images: tf.Tensor4D,
  { height, width }: ImageGenerator['options'],
): void {
  const [count, rows, columns, channels] = images.shape;
  if (images.rank !== 4 || !(count > 0) || rows !== height || columns !== width || channels !== 1) {
    throw new RangeError(
      `${name}: images must have shape [N, ${height}, ${width}, 1], got [${images.shape}]`,
    );
  }
}

/** @throws RangeError if a pixel is not a number in [0, 1] */
export async function checkGrey(caller: string, images: tf.Tensor4D): Promise<void> {
  const extremes = tf.tidy(() => tf.stack([tf.min(images), tf.max(images)]));
  const [least, greatest] = (await extremes.data()) as Float32Array;
  const notNumbers = tf.tidy(() => tf.sum(tf.cast(tf.isNaN(images), 'float32')));
  const [count] = (await notNumbers.data()) as Float32Array;
  tf.dispose([extremes, notNumbers]);
  if (count !== 0) {
    throw new RangeError(`${caller}: pixels must lie in [0, 1], got ${count} that are NaN`);
  }
  if (!((least as number) >= 0 && (greatest as number) <= 1)) {
    throw new RangeError(`${caller}: pixels must lie in [0, 1], got [${least}, ${greatest}]`);
  }
}
