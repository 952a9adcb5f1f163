import type { PngHeader } from './header.ts';

/** A pass of an interlaced image, or the whole of one that is not. */
export interface PngPass {
  readonly height: number;
  readonly width: number;
  /** Place of its first pixel in the image. */
  readonly row: number;
  readonly column: number;
  /** Distance of its pixels in the image. */
  readonly rowStep: number;
  readonly columnStep: number;
  /** Bytes of a row, without its filter type. */
  readonly rowBytes: number;
}

/** First row, first column, row step and column step of each Adam7 pass. */
const ADAM7 = [
  [0, 0, 8, 8],
  [0, 4, 8, 8],
  [4, 0, 8, 4],
  [0, 2, 4, 4],
  [2, 0, 4, 2],
  [0, 1, 2, 2],
  [1, 0, 2, 1],
] as const;

/**
 * The passes that the pixels of a file come in; empty ones are left out.
 *
 * @see ISO/IEC 15948 section 8.2
 */
export function passes(header: PngHeader): readonly PngPass[] {
  const layout = header.interlaced ? ADAM7 : ([[0, 0, 1, 1]] as const);
  const bits = header.samples * header.bitDepth;
  return layout
    .map(([row, column, rowStep, columnStep]) => {
      const height = Math.max(0, Math.ceil((header.height - row) / rowStep));
      const width = Math.max(0, Math.ceil((header.width - column) / columnStep));
      const rowBytes = Math.ceil((width * bits) / 8);
      return { height, width, row, column, rowStep, columnStep, rowBytes };
    })
    .filter(({ height, width }) => height > 0 && width > 0);
}
