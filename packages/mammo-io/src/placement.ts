import type { ImageSize } from './image-size.ts';
import type { GreyImage } from './resize.ts';

/** A point of an image in pixels from its upper left corner: the centre of pixel (i, j) is (i + ½, j + ½). */
export interface ImagePoint {
  /** Downwards, 0 to the height. */
  readonly row: number;
  /** To the right, 0 to the width. */
  readonly column: number;
}

/** Along one axis: target = scale · source + offset; a negative scale mirrors. */
export interface AxisPlacement {
  /** Target pixels per source pixel. */
  readonly scale: number;
  /** Where the source's border 0 lies, in target pixels. */
  readonly offset: number;
}

/** Where the pixels of a source image went in a target image; what a flip, a crop or a resize records of itself. */
export interface Placement {
  /** Size of the image that pixels came from. */
  readonly source: ImageSize;
  /** Size of the image that they went to. */
  readonly target: ImageSize;
  /** Of row coordinates. */
  readonly rows: AxisPlacement;
  /** Of column coordinates. */
  readonly columns: AxisPlacement;
}

/** An image made of another one, and where the other's pixels went. */
export interface PlacedImage extends GreyImage {
  /** Its target is this image. */
  readonly placement: Placement;
}

/**
 * Where a point of the source image is in the target image; it may lie outside.
 *
 * @example
 * ```ts
 * const { placement } = flipImage({ pixels: new Uint16Array(6), height: 2, width: 3 }, { leftRight: true });
 * toTarget(placement, { row: 0.5, column: 0.5 }); // => { row: 0.5, column: 2.5 }
 * ```
 */
export function toTarget({ rows, columns }: Placement, point: ImagePoint): ImagePoint {
  return {
    row: rows.scale * point.row + rows.offset,
    column: columns.scale * point.column + columns.offset,
  };
}

/**
 * Where a point of the target image was in the source image; it may lie outside.
 *
 * @example
 * ```ts
 * const { placement } = flipImage({ pixels: new Uint16Array(6), height: 2, width: 3 }, { leftRight: true });
 * toSource(placement, { row: 0.5, column: 2.5 }); // => { row: 0.5, column: 0.5 }
 * ```
 */
export function toSource({ rows, columns }: Placement, point: ImagePoint): ImagePoint {
  return {
    row: (point.row - rows.offset) / rows.scale,
    column: (point.column - columns.offset) / columns.scale,
  };
}

/**
 * The placement of doing one thing after the other.
 *
 * @example
 * ```ts
 * const { placement } = flipImage({ pixels: new Uint16Array(6), height: 2, width: 3 }, { leftRight: true });
 * composePlacements(placement, placement).columns; // => { scale: 1, offset: 0 }
 * ```
 */
export function composePlacements(first: Placement, second: Placement): Placement {
  requireSameSize('composePlacements', first.target, second.source);
  return {
    source: first.source,
    target: second.target,
    rows: composeAxis(first.rows, second.rows),
    columns: composeAxis(first.columns, second.columns),
  };
}

/**
 * The placement of undoing: a mask of the target image goes back to the source image with it.
 *
 * @example
 * ```ts
 * const image = { pixels: new Uint16Array(6), height: 2, width: 3 };
 * const { placement } = cropImage(image, { top: 1, bottom: 2, left: 1, right: 3 });
 * [placement.rows.offset, invertPlacement(placement).rows.offset]; // => [-1, 1]
 * ```
 */
export function invertPlacement({ source, target, rows, columns }: Placement): Placement {
  return { source: target, target: source, rows: invertAxis(rows), columns: invertAxis(columns) };
}

/**
 * Does to a mask what was done to its image: each target pixel has the value of the source pixel that its centre lies in, 0
 * outside.
 *
 * @param mask source.height × source.width values
 * @throws RangeError if the mask has another size
 * @example
 * ```ts
 * const { placement } = flipImage({ pixels: new Uint16Array(2), height: 1, width: 2 }, { leftRight: true });
 * placeMask(Uint8Array.of(0, 1), placement); // => Uint8Array.of(1, 0)
 * ```
 */
export function placeMask(mask: Uint8Array, placement: Placement): Uint8Array {
  const { source, target } = placement;
  if (mask.length !== source.height * source.width) {
    throw new RangeError(
      `placeMask: mask must have ${source.height} x ${source.width} values, got ${mask.length}`,
    );
  }
  const rows = nearest(placement.rows, source.height, target.height);
  const columns = nearest(placement.columns, source.width, target.width);
  const placed = new Uint8Array(target.height * target.width);
  for (let row = 0; row < target.height; row++) {
    const from = rows[row]!;
    if (from < 0) continue;
    for (let column = 0; column < target.width; column++) {
      const at = columns[column]!;
      if (at >= 0) placed[row * target.width + column] = mask[from * source.width + at]!;
    }
  }
  return placed;
}

/** For each target pixel along an axis the source pixel, or −1 outside. */
function nearest({ scale, offset }: AxisPlacement, sources: number, targets: number): Int32Array {
  return Int32Array.from({ length: targets }, (_, target) => {
    const source = Math.floor((target + 0.5 - offset) / scale);
    return source >= 0 && source < sources ? source : -1;
  });
}

function composeAxis(first: AxisPlacement, second: AxisPlacement): AxisPlacement {
  return {
    scale: first.scale * second.scale,
    offset: first.offset * second.scale + second.offset,
  };
}

function invertAxis({ scale, offset }: AxisPlacement): AxisPlacement {
  return { scale: 1 / scale, offset: -offset / scale };
}

function requireSameSize(name: string, made: ImageSize, taken: ImageSize): void {
  if (made.height === taken.height && made.width === taken.width) return;
  throw new RangeError(
    `${name}: the second must start from ${made.height}x${made.width}, got ${taken.height}x${taken.width}`,
  );
}
