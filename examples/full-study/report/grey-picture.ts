import { writePng } from '@mammo/mammo-io';

/** Pixels with 16 bit per sample, row-major. */
export interface GreyPixels {
  readonly pixels: Uint16Array;
  readonly height: number;
  readonly width: number;
}

/** Grey levels of a mammogram on a screen: a little gamma, as in the reference's pictures. */
const DISPLAY = Uint8Array.from({ length: 65536 }, (_, value) =>
  Math.round(255 * Math.min(1, value / 65535 / 0.9) ** 0.8),
);

/** How much the difference is amplified for the eye. */
const DIFFERENCE_GAIN = 4;

/**
 * real | fake | difference side by side as an 8-bit RGB PNG. The difference is amplified
 * ×4: red where the fake is brighter, blue where it is darker.
 */
export function tripletPng(
  real: GreyPixels,
  fake: GreyPixels,
  text: Record<string, string>,
): Uint8Array {
  const { height, width } = real;
  const gap = 4;
  const rowLength = 3 * width + 2 * gap;
  const rgb = new Uint8Array(rowLength * height * 3).fill(255);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const [before, after] = [real.pixels[at] ?? 0, fake.pixels[at] ?? 0];
      const start = row * rowLength + column;
      paintGrey(rgb, start, DISPLAY[before] ?? 0);
      paintGrey(rgb, start + width + gap, DISPLAY[after] ?? 0);
      paintDifference(rgb, start + 2 * (width + gap), (after - before) / 65535);
    }
  }
  return writePng({ pixels: rgb, height, width: rowLength, channels: 3, text });
}

/** The difference image of an education triplet: grey 0.5 = unchanged, ×4, 16 bit. */
export function differencePixels(real: Uint16Array, fake: Uint16Array): Uint16Array {
  return Uint16Array.from(real, (before, i) => {
    const change = ((fake[i] ?? 0) - before) / 65535;
    return Math.round(65535 * Math.min(1, Math.max(0, 0.5 + DIFFERENCE_GAIN * change)));
  });
}

/** A data URI for an `<img>`. */
export function pngUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
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
