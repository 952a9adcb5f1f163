import type { RandomStream } from '../random.ts';
import { drawBenignFinding } from './benign.ts';
import { drawLesion, type Patch, type Place } from './lesions.ts';
import type { PhantomFrame } from './noise.ts';
import type { BreastRegion } from './outline.ts';
import { sigmoid } from './profiles.ts';
import type { ViewStreams } from './streams.ts';
import { type BreastParts, drawBreast } from './tissue.ts';
import type { PhantomLesion } from './traits.ts';

/** A benign finding of a breast, in the place where the view shows it. */
interface PlacedFinding {
  readonly place: Place;
  /** The finding's own numbers, the same in both views. */
  readonly stream: () => RandomStream;
}

/** What one view shows. */
export interface PhantomView {
  readonly frame: PhantomFrame;
  /** Puts the chest wall on the right. */
  readonly mirrored: boolean;
  readonly breast: BreastParts;
  readonly lesion: (PhantomLesion & { readonly place: Place }) | undefined;
  readonly findings: readonly PlacedFinding[];
  /** Detector noise, share of full scale. */
  readonly noise: number;
  readonly streams: ViewStreams;
}

/** One drawn view. */
export interface DrawnView {
  /** height × width grey levels, 0..65535; 0 outside the breast. */
  readonly pixels: Uint16Array;
  /** height × width; 1 where the lesion is visible. */
  readonly mask: Uint8Array;
  /** The same view without its lesion, if asked for: equal bit for bit beyond the lesion's faint rim. */
  readonly twin?: Uint16Array;
}

/** Draws a view; every concept has its own stream, so a lesion changes nothing but itself. */
export function drawView(view: PhantomView, options: { readonly twin: boolean }): DrawnView {
  const { frame, streams, lesion } = view;
  const { grey, region } = drawBreast(frame, view.breast, streams);
  for (const { place, stream } of view.findings) {
    addInside(grey, frame, region, drawBenignFinding(stream(), frame, place));
  }

  const develop = (): Uint16Array => finish(grey, region, view, streams('noise'));
  if (lesion === undefined) {
    const pixels = develop();
    return { pixels, mask: new Uint8Array(grey.length), ...(options.twin && { twin: pixels }) };
  }
  const twin = options.twin ? { twin: develop() } : {};
  const { added, shape } = drawLesion(streams('lesion'), frame, lesion, lesion.place);
  addInside(grey, frame, region, added);
  return { pixels: develop(), mask: maskOf(shape, view, region), ...twin };
}

const VISIBLE = 0.12; // share of the lesion's height that counts as lesion

function addInside(
  grey: Float32Array,
  { width }: PhantomFrame,
  { depths }: BreastRegion,
  patch: Patch,
): void {
  for (let row = 0; row < patch.rows; row++) {
    for (let column = 0; column < patch.columns; column++) {
      const at = (patch.top + row) * width + patch.left + column;
      if ((depths[at] as number) > 0) {
        grey[at] = (grey[at] as number) + (patch.values[row * patch.columns + column] as number);
      }
    }
  }
}

function maskOf(
  shape: Patch,
  { frame, mirrored }: PhantomView,
  { depths }: BreastRegion,
): Uint8Array {
  const { width } = frame;
  const mask = new Uint8Array(depths.length);
  shape.values.forEach((value, i) => {
    const column = shape.left + (i % shape.columns);
    const start = (shape.top + Math.floor(i / shape.columns)) * width;
    if (value > VISIBLE && (depths[start + column] as number) > 0) {
      mask[start + (mirrored ? width - 1 - column : column)] = 1;
    }
  });
  return mask;
}

/** Blurs the skin's edge, adds the detector's noise, bends the highest levels, and rounds to 16 bits. */
function finish(
  grey: Float32Array,
  { ends, depths }: BreastRegion,
  { frame, mirrored, noise }: PhantomView,
  random: RandomStream,
): Uint16Array {
  const { height, width, mm } = frame;
  const pixels = new Uint16Array(grey.length);
  for (let row = 0; row < height; row++) {
    const end = ends[row] as number;
    const start = row * width;
    for (let column = 0; column < end; column++) {
      const steps = (depths[start + column] as number) / (0.35 * mm);
      const inside = steps > 20 ? 1 : sigmoid(steps);
      if (inside <= 0.02) continue;
      const signal = inside * (grey[start + column] as number);
      const grain = noise * (0.6 + 0.8 * Math.sqrt(Math.min(1, Math.max(0, signal))));
      const level = shoulder(signal + inside * grain * random.normal());
      pixels[start + (mirrored ? width - 1 - column : column)] = Math.round(
        65535 * Math.min(1, Math.max(0, level)),
      );
    }
  }
  return pixels;
}

/** Bends levels above 0.7 towards 0.96: nothing saturates. */
function shoulder(level: number): number {
  return level > 0.7 ? 0.7 + 0.26 * Math.tanh((level - 0.7) / 0.26) : level;
}
