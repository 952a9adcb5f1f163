import { median } from '../median.ts';

/** What gives an edit away although it is small; of edits d = fake − real. */
export interface EditFlaws {
  /** Median over images of λ₁/λ₂ of the structure tensor Σ ∇d ∇dᵀ: 1 where an edit has no direction, more where it is streaks. */
  readonly streaks: number;
  /** ‖∇d‖² / ‖d‖² over all images: 4 for white noise, 0.4 for the lesions of the phantom. */
  readonly roughness: number;
  /** Energy per pixel of the breast within two pixels of the picture's border, relative to the whole breast: 1 where the border is as any place. */
  readonly border: number;
  /** Share of the energy where the original has no breast. */
  readonly outside: number;
}

interface Size {
  readonly height: number;
  readonly width: number;
}

const FRAME = 2;
/** What λ₁/λ₂ is cut at, about: an edit that is the same along each row has λ₂ = 0. */
const MOST_STREAKS = 1000;

/** Measures the edits of fakes; null where no fake differs from its original. */
export function editFlaws(
  real: readonly Uint16Array[],
  fake: readonly Uint16Array[],
  { height, width }: Size,
): EditFlaws | null {
  const ratios: number[] = [];
  const sum = { energy: 0, gradient: 0, outside: 0, border: 0, breastPixels: 0, borderPixels: 0 };
  for (const [n, original] of real.entries()) {
    const edit = Float64Array.from(
      original,
      (level, i) => ((fake[n]?.[i] ?? level) - level) / 65535,
    );
    const { xx, xy, yy } = structureTensor(edit, { height, width });
    const [trace, spread] = [xx + yy, Math.hypot(xx - yy, 2 * xy)];
    if (trace > 0) ratios.push((trace + spread) / Math.max(trace - spread, trace / MOST_STREAKS));
    sum.gradient += trace;
    for (const [i, d] of edit.entries()) {
      const energy = d * d;
      sum.energy += energy;
      if (original[i] === 0) {
        sum.outside += energy;
        continue;
      }
      sum.breastPixels++;
      if (!isOnFrame(i, { height, width })) continue;
      sum.borderPixels++;
      sum.border += energy;
    }
  }
  const inside = sum.energy - sum.outside;
  const streaks = median(ratios);
  if (streaks === null || inside === 0 || sum.borderPixels === 0) return null;
  return {
    streaks,
    roughness: sum.gradient / sum.energy,
    border: sum.border / sum.borderPixels / (inside / sum.breastPixels),
    outside: sum.outside / sum.energy,
  };
}

/** Sums of products of the differences to the right (x) and below (y). */
function structureTensor(edit: Float64Array, { height, width }: Size) {
  const tensor = { xx: 0, xy: 0, yy: 0 };
  for (let row = 0; row < height - 1; row++) {
    for (let column = 0; column < width - 1; column++) {
      const at = row * width + column;
      const here = edit[at] ?? 0;
      const x = (edit[at + 1] ?? 0) - here;
      const y = (edit[at + width] ?? 0) - here;
      tensor.xx += x * x;
      tensor.xy += x * y;
      tensor.yy += y * y;
    }
  }
  return tensor;
}

function isOnFrame(index: number, { height, width }: Size): boolean {
  const [row, column] = [Math.floor(index / width), index % width];
  return Math.min(row, column, height - 1 - row, width - 1 - column) < FRAME;
}
