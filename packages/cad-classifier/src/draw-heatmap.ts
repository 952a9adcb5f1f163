import type { CadHeatmap, PixelBox } from './heatmap.ts';

/** How {@link drawHeatmap} draws. */
export interface DrawHeatmapOptions {
  /** Pixels of the picture along a side for one of the image; default 1. */
  readonly scale?: number;
  /** How much of the image the strongest evidence covers, in [0, 1]; default 0.6. */
  readonly opacity?: number;
  /** The evidence that is drawn strongest; default: the peak's. One number for several images makes them comparable. */
  readonly strongest?: number;
}

/** A colour picture, as `writePng` takes it. */
export interface ColourPicture {
  /** Red, green and blue of each pixel, row-major. */
  readonly pixels: Uint8Array;
  /** Rows. */
  readonly height: number;
  /** Columns. */
  readonly width: number;
  /** Red, green, blue. */
  readonly channels: 3;
}

const HEAT = [255, 120, 0] as const;
const FRAME = [0, 220, 255] as const;

/**
 * Draws the evidence for cancer in orange over the image, and a frame around the pixels that its peak depends on. Each element of
 * the map lies at the centre of its receptive field; between the centres the evidence is interpolated, beyond the outer
 * ones level. Evidence against cancer is not drawn, and nothing is where all is against it.
 *
 * @param image - grey levels of the image, 0..65535, row-major, and its size
 * @throws RangeError if the pixels do not fill the size, or an option is out of range
 */
export function drawHeatmap(
  image: { readonly pixels: Uint16Array; readonly height: number; readonly width: number },
  heatmap: CadHeatmap,
  options: DrawHeatmapOptions = {},
): ColourPicture {
  const { scale = 1, opacity = 0.6, strongest = Math.max(heatmap.peak.evidence, 0) } = options;
  check(image, { scale, opacity, strongest });
  const height = image.height * scale;
  const width = image.width * scale;
  const pixels = new Uint8Array(3 * height * width);
  const rows = placesAlong(heatmap, { pixels: image.height, scale, elements: heatmap.height });
  const columns = placesAlong(heatmap, { pixels: image.width, scale, elements: heatmap.width });
  for (const [y, row] of rows.entries()) {
    for (const [x, column] of columns.entries()) {
      const source = Math.floor(y / scale) * image.width + Math.floor(x / scale);
      const grey = image.pixels[source]! / 257;
      const strength = strongest > 0 ? interpolated(heatmap, row, column) / strongest : 0;
      const cover = opacity * Math.min(1, Math.max(0, strength));
      for (const [channel, heat] of HEAT.entries()) {
        pixels[3 * (y * width + x) + channel] = Math.round(grey + cover * (heat - grey));
      }
    }
  }
  if (heatmap.peak.evidence > 0) drawFrame(pixels, heatmap.peak.field, { scale, width });
  return { pixels, height, width, channels: 3 };
}

function check(
  { pixels, height, width }: Parameters<typeof drawHeatmap>[0],
  { scale, opacity, strongest }: Required<DrawHeatmapOptions>,
): void {
  if (pixels.length !== height * width) {
    throw new RangeError(
      `drawHeatmap: pixels must be ${height} × ${width} grey levels, got ${pixels.length}`,
    );
  }
  if (!Number.isSafeInteger(scale) || scale < 1 || scale > 64) {
    throw new RangeError(`drawHeatmap: scale must be an integer in 1..64, got ${scale}`);
  }
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new RangeError(`drawHeatmap: opacity must lie in [0, 1], got ${opacity}`);
  }
  if (!(strongest >= 0 && Number.isFinite(strongest))) {
    throw new RangeError(
      `drawHeatmap: strongest must be finite and not negative, got ${strongest}`,
    );
  }
}

/** Between which elements a pixel lies, and how far from the first. */
interface Place {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

function placesAlong(
  { field: { size, stride, offset } }: CadHeatmap,
  {
    pixels,
    scale,
    elements,
  }: { readonly pixels: number; readonly scale: number; readonly elements: number },
): Place[] {
  return Array.from({ length: pixels * scale }, (_, place) => {
    const pixel = (place + 0.5) / scale - 0.5; // centres of pixels are whole numbers
    const element = (pixel - offset - (size - 1) / 2) / stride;
    const at = Math.min(elements - 1, Math.max(0, element));
    const first = Math.floor(at);
    return { first, second: Math.min(elements - 1, first + 1), share: at - first };
  });
}

function interpolated({ evidence, width }: CadHeatmap, row: Place, column: Place): number {
  const along = (line: number) => {
    const left = evidence[line * width + column.first]!;
    return left + column.share * (evidence[line * width + column.second]! - left);
  };
  const above = along(row.first);
  return above + row.share * (along(row.second) - above);
}

/** One pixel wide, on the outermost pixels of the box. */
function drawFrame(
  pixels: Uint8Array,
  { top, left, bottom, right }: PixelBox,
  { scale, width }: { readonly scale: number; readonly width: number },
): void {
  const [above, below] = [top * scale, (bottom + 1) * scale - 1];
  const [before, after] = [left * scale, (right + 1) * scale - 1];
  const paint = (y: number, x: number) => pixels.set(FRAME, 3 * (y * width + x));
  for (let x = before; x <= after; x++) {
    paint(above, x);
    paint(below, x);
  }
  for (let y = above; y <= below; y++) {
    paint(y, before);
    paint(y, after);
  }
}
