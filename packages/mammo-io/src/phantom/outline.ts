import type { RandomStream } from '../random.ts';
import { FIELD_HEIGHT_MM, type PhantomFrame } from './noise.ts';
import type { BreastTraits } from './traits.ts';

/** The skin of one view, in polar form about a centre on the chest wall. */
export interface BreastOutline {
  readonly oblique: boolean;
  /** From chest wall to nipple, mm. */
  readonly depthMm: number;
  /** From the centre down to the lower fold, mm. */
  readonly lowerMm: number;
  /** Height of the centre from the top of the field, mm. */
  readonly centreMm: number;
  /** Sinking of the breast's axis for each millimetre from the chest wall. */
  readonly slope: number;
  /** Distance from the centre to the skin, mm, by {@link towards}. */
  readonly radii: Float64Array;
  /** Cosine between that ray and the skin's normal, the nipple aside; by {@link towards}. */
  readonly cosines: Float64Array;
  /** 1 towards the nipple, falling to 0 beside it; by {@link towards}. */
  readonly nipple: Float64Array;
}

/** The pixels of one view: which of them show the breast, and how deep they lie. */
export interface BreastRegion {
  /** In each row, the number of columns from the chest wall that may show the breast. */
  readonly ends: Int32Array;
  /** Millimetres to the skin, positive inside; height × width. */
  readonly depths: Float32Array;
}

const DIRECTIONS = 1024;
const SQUARENESS = 2.15; // exponent of the superellipse: slightly fuller than an ellipse

/** Draws the outline of one view; the upper half of an oblique view leaves the field towards the axilla. */
export function drawOutline(
  random: RandomStream,
  traits: BreastTraits,
  view: { readonly oblique: boolean; readonly fieldWidthMm: number },
): BreastOutline {
  const { oblique } = view;
  const depthMm = Math.min(traits.depthMm * random.uniform(0.94, 1.06), view.fieldWidthMm * 0.93);
  const centreMm =
    FIELD_HEIGHT_MM * (oblique ? random.uniform(0.56, 0.62) : random.uniform(0.48, 0.52));
  const fullness = oblique ? random.uniform(0.9, 1) : random.uniform(0.92, 1.04);
  const lowerMm = Math.min(
    FIELD_HEIGHT_MM * traits.halfHeight * fullness,
    FIELD_HEIGHT_MM - centreMm - 3,
  );
  const upperMm = oblique
    ? FIELD_HEIGHT_MM * random.uniform(0.72, 0.85)
    : Math.min(lowerMm * random.uniform(0.95, 1.05), centreMm - 3);
  const phases = [random.uniform(0, 6), random.uniform(0, 6)] as const;
  const nippleAngle = 0.05 * random.normal();
  const nippleMm = random.uniform(3.5, 6);

  const smoothRadius = (angle: number): number => {
    const halfMm = angle > 0 ? lowerMm : upperMm;
    const power =
      Math.abs(Math.cos(angle) / depthMm) ** SQUARENESS +
      Math.abs(Math.sin(angle) / halfMm) ** SQUARENESS;
    const waves = 0.012 * Math.sin(3 * angle + phases[0]) + 0.008 * Math.sin(7 * angle + phases[1]);
    return power ** (-1 / SQUARENESS) * (1 + waves);
  };
  const angles = Float64Array.from({ length: DIRECTIONS + 2 }, (_, i) => {
    const diamond = (2 * i) / DIRECTIONS - 1;
    return Math.atan2(diamond, Math.max(0, 1 - Math.abs(diamond)));
  });
  const smooth = angles.map(smoothRadius);
  const radii = smooth.map((radius, i) => {
    return radius + nippleMm * dome(((angles[i] as number) - nippleAngle) / 0.047);
  });
  const cosines = smooth.map((radius, i) => {
    const before = Math.min(DIRECTIONS - 1, Math.max(0, i - 1));
    const after = Math.min(DIRECTIONS, i + 1);
    const rise = (smooth[after] as number) - (smooth[before] as number);
    return (
      radius / Math.hypot(radius, rise / ((angles[after] as number) - (angles[before] as number)))
    );
  });
  const nipple = angles.map((a) => dome((a - nippleAngle) / 0.047));
  const slope = traits.droop * (oblique ? 1 : 0.25);
  return { oblique, depthMm, lowerMm, centreMm, slope, radii, cosines, nipple };
}

/** A table's value towards (x, y), in mm from the chest wall and from the height of the breast's axis. */
export function towards(table: Float64Array, x: number, y: number): number {
  const position = (y / (x + Math.abs(y)) + 1) * (DIRECTIONS / 2); // the diamond angle: atan2 without its cost
  const i = Math.floor(position);
  const low = table[i] as number;
  return low + ((table[i + 1] as number) - low) * (position - i);
}

/** Height below the breast's axis, mm, of a point of the field. */
export function belowAxis(outline: BreastOutline, xMm: number, yMm: number): number {
  return yMm - outline.centreMm - outline.slope * xMm;
}

/** Millimetres to the skin at a point of the field, to first order; negative outside the breast. */
export function depthAt(outline: BreastOutline, xMm: number, yMm: number): number {
  const below = belowAxis(outline, xMm, yMm);
  const radius = Math.sqrt(xMm * xMm + below * below);
  return (towards(outline.radii, xMm, below) - radius) * towards(outline.cosines, xMm, below);
}

/** Measures every pixel's depth. */
export function measureBreast(outline: BreastOutline, frame: PhantomFrame): BreastRegion {
  const { height, width, mm } = frame;
  const farthest = outline.radii.reduce((most, radius) => Math.max(most, radius), 0);
  const columns = Math.min(width, Math.ceil(farthest / mm) + 3);
  const depths = new Float32Array(height * width);
  const ends = new Int32Array(height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      const depth = depthAt(outline, (column + 0.5) * mm, (row + 0.5) * mm);
      depths[row * width + column] = depth;
      if (depth > -2 * mm) ends[row] = column + 1;
    }
  }
  return { ends, depths };
}

/** 1 in the middle, flatter there than a bell and steeper at its side. */
function dome(z: number): number {
  const square = z * z;
  return square < 6 ? Math.exp(-square * square) : 0;
}
