import { writePng } from '@mammo/mammo-io';

/** Grey levels of a mammogram on a screen: a little gamma, as in the reference's pictures. */
const DISPLAY = Uint8Array.from({ length: 65536 }, (_, value) =>
  Math.round(255 * Math.min(1, value / 65535 / 0.9) ** 0.8),
);

/** How much the difference is amplified for the eye. */
const DIFFERENCE_GAIN = 4;

/** Space between pictures, in pixels. */
const GAP = 4;

/** Real images and their fakes, of one size. */
export interface Pair {
  readonly real: Uint16Array;
  readonly fake: Uint16Array;
}

/**
 * A sheet of triplets original | fake | difference as an 8-bit RGB PNG. The difference is amplified ×4: red where the
 * fake is brighter, blue where it is darker.
 *
 * @param columns - triplets side by side; the pairs fill the sheet row by row
 */
export function tripletSheet(
  pairs: readonly Pair[],
  { height, width }: { readonly height: number; readonly width: number },
  { columns = 1, text }: { readonly columns?: number; readonly text: Record<string, string> },
): Uint8Array {
  const rows = Math.ceil(pairs.length / columns);
  const tripletWidth = 3 * width + 2 * GAP;
  const sheetWidth = columns * tripletWidth + (columns - 1) * 3 * GAP;
  const sheetHeight = rows * height + (rows - 1) * 2 * GAP;
  const rgb = new Uint8Array(sheetWidth * sheetHeight * 3).fill(255);
  for (const [index, { real, fake }] of pairs.entries()) {
    const top = Math.floor(index / columns) * (height + 2 * GAP);
    const left = (index % columns) * (tripletWidth + 3 * GAP);
    for (let at = 0; at < real.length; at++) {
      const [before, after] = [real[at] ?? 0, fake[at] ?? 0];
      const start = (top + Math.floor(at / width)) * sheetWidth + left + (at % width);
      paintGrey(rgb, start, DISPLAY[before] ?? 0);
      paintGrey(rgb, start + width + GAP, DISPLAY[after] ?? 0);
      paintDifference(rgb, start + 2 * (width + GAP), (after - before) / 65535);
    }
  }
  return writePng({ pixels: rgb, height: sheetHeight, width: sheetWidth, channels: 3, text });
}

function paintGrey(rgb: Uint8Array, pixel: number, grey: number): void {
  rgb.fill(grey, 3 * pixel, 3 * pixel + 3);
}

function paintDifference(rgb: Uint8Array, pixel: number, change: number): void {
  const strength = Math.min(1, Math.abs(change) * DIFFERENCE_GAIN);
  const faded = Math.round(255 * (1 - strength));
  rgb[3 * pixel] = change > 0 ? 255 : faded;
  rgb[3 * pixel + 1] = faded;
  rgb[3 * pixel + 2] = change < 0 ? 255 : faded;
}
