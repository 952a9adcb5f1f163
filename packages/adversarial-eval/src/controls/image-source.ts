import type { PixelArray } from '../fidelity/pixels.ts';

/**
 * Images that can be gone through more than once, one at a time: an array, or any object whose iterator
 * reads them anew, such as `{ async *[Symbol.asyncIterator]() { for (const id of ids) yield await read(id); } }`.
 * A generator, which runs once, is none.
 */
export type ImageSource = Iterable<PixelArray> | AsyncIterable<PixelArray>;
