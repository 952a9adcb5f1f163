import type { PixelArray } from '../fidelity/pixels.ts';

/** The features of an image in each of a network's layers, always as many, of the same lengths. */
export type LayerFeatures<Image = PixelArray> = (
  image: Image,
) => readonly ArrayLike<number>[] | Promise<readonly ArrayLike<number>[]>;

/** @throws RangeError unless there are layers, as many as expected (any number, if null) */
export function checkLayerCount(
  caller: string,
  layers: readonly ArrayLike<number>[],
  expected: number | null,
): void {
  if (layers.length === 0 || (expected !== null && layers.length !== expected)) {
    throw new RangeError(
      `${caller}: images must have ${expected ?? 'some'} layers of features, got ${layers.length}`,
    );
  }
}
