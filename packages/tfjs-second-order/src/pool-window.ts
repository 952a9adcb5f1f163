import type * as tf from '@tensorflow/tfjs-core';

/** Window of a two-dimensional pooling, without padding. */
export interface PoolWindow {
  /** Height and width of the window in pixels, a positive integer. */
  readonly size: number;
  /** Distance between windows in pixels, a positive integer. */
  readonly stride: number;
}

/** Throws unless `x` is [N, H, W, C] and at least one window fits. */
export function checkPooling(caller: string, x: tf.Tensor, { size, stride }: PoolWindow): void {
  for (const [name, value] of [
    ['size', size],
    ['stride', stride],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`${caller}: ${name} must be a positive integer, got ${value}`);
    }
  }
  if (x.shape.length !== 4) {
    throw new RangeError(`${caller}: x must have shape [N, H, W, C], got [${x.shape}]`);
  }
  const [, height, width] = x.shape as [number, number, number, number];
  if (height < size || width < size) {
    throw new RangeError(
      `${caller}: x must be at least ${size} x ${size} pixels, got ${height} x ${width}`,
    );
  }
}
