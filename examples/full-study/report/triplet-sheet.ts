import { writePng } from '@mammo/mammo-io';
import { type Canvas, drawText, textHeight } from './picture-text.ts';

/** Grey levels of a mammogram on a screen: a little gamma, as in the reference's pictures. */
const DISPLAY = Uint8Array.from({ length: 65536 }, (_, value) =>
  Math.round(255 * Math.min(1, value / 65535 / 0.9) ** 0.8),
);

/** Rows that a picture is enlarged to, at most fourfold. */
const SHOWN_ROWS = 384;
const MOST_ZOOM = 4;
/** Space between pictures, in pixels. */
const GAP = 8;
/** How much a difference may be amplified. */
const GAINS = [100, 50, 20, 10, 5, 4, 2, 1] as const;
/** Share of the pixels shown whose difference the colours are to reach. */
const WITHIN = 0.999;

/** A real image and its fake. */
export interface Pair {
  readonly real: Uint16Array;
  readonly fake: Uint16Array;
}

/** Pairs under one heading, each with a line below it. */
export interface TripletColumn {
  readonly title: string;
  readonly pairs: readonly (Pair & { readonly caption?: string })[];
}

/**
 * A sheet of triplets original | fake | difference as an 8-bit RGB PNG, enlarged up to fourfold without smoothing. The
 * difference is red where the fake is brighter, blue where it is darker, and amplified as much as all differences shown
 * allow, by the factor that is written above it.
 *
 * @param columns - side by side, one pair below the other
 * @param footer - the last line; `text`: the PNG's text chunks
 */
export function tripletSheet(
  columns: readonly TripletColumn[],
  size: { readonly height: number; readonly width: number },
  { footer, text }: { readonly footer: string; readonly text: Record<string, string> },
): Uint8Array {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, Math.round(SHOWN_ROWS / size.height)));
  const [height, width] = [zoom * size.height, zoom * size.width];
  const dot = Math.max(1, Math.round(width / 110));
  const line = textHeight(dot) + GAP;
  const rows = Math.max(...columns.map(({ pairs }) => pairs.length));
  const tripletWidth = 3 * width + 2 * GAP;
  const rowHeight = height + line + 2 * GAP;
  const canvas = blank(
    2 * GAP + 2 * line + rows * rowHeight + line,
    columns.length * (tripletWidth + 4 * GAP),
  );
  const gain = gainFor(columns.flatMap(({ pairs }) => pairs));
  const headings = ['original', 'fake', `difference ×${gain}`];
  for (const [c, { title, pairs }] of columns.entries()) {
    const left = 2 * GAP + c * (tripletWidth + 4 * GAP);
    drawText(canvas, title, { top: GAP, left, dot });
    for (const [p, heading] of headings.entries()) {
      drawText(canvas, heading, { top: GAP + line, left: left + p * (width + GAP), dot });
    }
    for (const [r, { real, fake, caption = '' }] of pairs.entries()) {
      const top = GAP + 2 * line + r * rowHeight;
      const paint = (place: number, colour: (pixel: number) => Colour) =>
        paintPicture(canvas, { top, left: left + place * (width + GAP), zoom, size, colour });
      paint(0, (pixel) => grey(real[pixel] ?? 0));
      paint(1, (pixel) => grey(fake[pixel] ?? 0));
      paint(2, (pixel) => difference(((fake[pixel] ?? 0) - (real[pixel] ?? 0)) / 65535, gain));
      drawText(canvas, caption, { top: top + height + GAP, left, dot });
    }
  }
  const legend = `red: brighter, blue: darker, full colour at ${100 / gain} % of white. ${footer}`;
  drawText(canvas, legend, { top: canvas.height - line, left: 2 * GAP, dot });
  return writePng({ ...canvas, channels: 3, text });
}

function blank(height: number, width: number): Canvas {
  return { pixels: new Uint8Array(3 * height * width).fill(255), height, width };
}

/** The greatest gain at which hardly any difference is beyond the strongest colour. */
function gainFor(pairs: readonly Pair[]): number {
  const changes = pairs.flatMap(({ real, fake }) =>
    Array.from(real, (level, at) => Math.abs((fake[at] ?? level) - level)),
  );
  changes.sort((a, b) => a - b);
  const great = (changes[Math.floor(WITHIN * (changes.length - 1))] ?? 0) / 65535;
  return GAINS.find((gain) => gain * great <= 1) ?? 1;
}

type Colour = readonly [red: number, green: number, blue: number];

function grey(level: number): Colour {
  const shade = DISPLAY[level] ?? 0;
  return [shade, shade, shade];
}

function difference(change: number, gain: number): Colour {
  const faded = Math.round(255 * (1 - Math.min(1, Math.abs(change) * gain)));
  return [change > 0 ? 255 : faded, faded, change < 0 ? 255 : faded];
}

/** Paints a picture whose pixels become squares of `zoom` × `zoom`. */
function paintPicture(
  canvas: Canvas,
  {
    top,
    left,
    zoom,
    size,
    colour,
  }: {
    readonly top: number;
    readonly left: number;
    readonly zoom: number;
    readonly size: { readonly height: number; readonly width: number };
    readonly colour: (pixel: number) => Colour;
  },
): void {
  const line = new Uint8Array(3 * zoom * size.width);
  for (let row = 0; row < size.height; row++) {
    for (let x = 0; x < zoom * size.width; x++) {
      line.set(colour(row * size.width + Math.floor(x / zoom)), 3 * x);
    }
    for (let y = 0; y < zoom; y++) {
      canvas.pixels.set(line, 3 * ((top + row * zoom + y) * canvas.width + left));
    }
  }
}
