import type { RandomStream } from '@mammo/mammo-io';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Fakes of earlier steps, which the judge is shown along with new ones so that it does not forget. Owns its images.
 *
 * Until the pool is full every new fake is kept and shown. From then on, with one chance in two, a new fake takes the
 * place of one that is drawn from the pool, and that one is shown.
 *
 * @see Shrivastava et al. (2017), doi 10.1109/CVPR.2017.241; Zhu et al. (2017), Section 4: 50 images
 */
export class HistoryPool {
  readonly #size: number;
  #images: tf.Tensor4D[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** The images that are kept, each [1, H, W, 1]; the pool's own. */
  get images(): readonly tf.Tensor4D[] {
    return this.#images;
  }

  /** Puts images into the place of those that are kept; they become the pool's. */
  restore(images: readonly tf.Tensor4D[]): void {
    this.dispose();
    this.#images = [...images];
  }

  /**
   * Keeps fakes, and returns as many to be shown.
   *
   * @param fakes - [N, H, W, 1]; stay the caller's
   * @returns [N, H, W, 1], owned by the caller
   */
  exchange(fakes: tf.Tensor4D, random: RandomStream): tf.Tensor4D {
    if (this.#size === 0) return tf.clone(fakes);
    const shown = tf.unstack(fakes).map((fake) => {
      const image = tf.expandDims(fake, 0) as tf.Tensor4D;
      fake.dispose();
      return this.#exchangeOne(image, random);
    });
    const batch = tf.concat(shown, 0);
    for (const image of shown) if (!this.#images.includes(image)) image.dispose();
    return batch;
  }

  dispose(): void {
    tf.dispose(this.#images);
    this.#images = [];
  }

  #exchangeOne(image: tf.Tensor4D, random: RandomStream): tf.Tensor4D {
    if (this.#images.length < this.#size) {
      this.#images.push(tf.keep(image));
      return image;
    }
    if (random.uniform() < 0.5) return image;
    const place = random.integer(this.#size);
    const old = this.#images[place] as tf.Tensor4D;
    this.#images[place] = tf.keep(image);
    return old;
  }
}
