import type { RandomStream } from '@mammo/mammo-io';

/**
 * Fakes of earlier steps, which the judge is shown along with new ones so that it does not forget.
 *
 * Until the pool is full every new fake is kept and shown. From then on, with one chance in two, a new fake takes the
 * place of one that is drawn from the pool, and that one is shown. Images are numbers, not tensors: which of them are
 * shown is drawn anew in each step, and an engine that compiles what it records would compile every step.
 *
 * @see Shrivastava et al. (2017), doi 10.1109/CVPR.2017.241; Zhu et al. (2017), Section 4: 50 images
 */
export class HistoryPool {
  readonly #size: number;
  #images: Float32Array[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** The images that are kept, grey levels in [0, 1]. */
  get images(): readonly Float32Array[] {
    return this.#images;
  }

  /** Puts images into the place of those that are kept. */
  restore(images: readonly Float32Array[]): void {
    this.#images = [...images];
  }

  /** Keeps fakes, and returns as many to be shown. */
  exchange(fakes: readonly Float32Array[], random: RandomStream): Float32Array[] {
    return this.#size === 0 ? [...fakes] : fakes.map((fake) => this.#exchangeOne(fake, random));
  }

  #exchangeOne(fake: Float32Array, random: RandomStream): Float32Array {
    if (this.#images.length < this.#size) {
      this.#images.push(fake);
      return fake;
    }
    if (random.uniform() < 0.5) return fake;
    const place = random.integer(this.#size);
    const old = this.#images[place] as Float32Array;
    this.#images[place] = fake;
    return old;
  }
}
