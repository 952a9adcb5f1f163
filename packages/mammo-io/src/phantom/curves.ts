import type { Place } from './lesions.ts';
import type { PhantomFrame } from './noise.ts';

/** A soft line: what it adds to the grey levels falls off as e^−(distance / half width)² beside it. */
export interface SoftCurve {
  /** At least two points, a few millimetres apart. */
  readonly points: readonly Place[];
  /** Half width, mm, at a share of the way from the first point to the last. */
  readonly halfWidthMm: (share: number) => number;
  /** Grey levels added on the line at a share of the way. */
  readonly contrast: (share: number) => number;
}

const REACH = 2.4; // half widths beyond which nothing is added: e^−5.8
const STEPS = 64; // of the profile's table for each unit of the squared distance
const PROFILE = Float64Array.from({ length: REACH * REACH * STEPS + 1 }, (_, i) =>
  Math.exp(-(i + 0.5) / STEPS),
);

/** Adds a curve to `target`; a line thinner than a pixel keeps its light, spread over the pixel. */
export function addCurve(target: Float32Array, frame: PhantomFrame, curve: SoftCurve): void {
  const { points } = curve;
  const segments = points.length - 1;
  for (let i = 0; i < segments; i++) {
    const share = (i + 0.5) / segments;
    const trueHalfMm = curve.halfWidthMm(share);
    const halfMm = Math.max(trueHalfMm, 0.5 * frame.mm);
    addSegment(target, frame, {
      from: points[i] as Place,
      to: points[i + 1] as Place,
      halfMm,
      contrast: (curve.contrast(share) * trueHalfMm) / halfMm,
    });
  }
}

interface Segment {
  readonly from: Place;
  readonly to: Place;
  readonly halfMm: number;
  readonly contrast: number;
}

/** Adds the pixels whose nearest point of the line lies on the segment. */
function addSegment(
  target: Float32Array,
  { height, width, mm }: PhantomFrame,
  { from, to, halfMm, contrast }: Segment,
): void {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const lengthMm = Math.hypot(dx, dy);
  if (lengthMm === 0) return;
  const [ux, uy] = [dx / lengthMm, dy / lengthMm];
  const reach = REACH * halfMm;
  const top = Math.max(0, Math.floor((Math.min(from.y, to.y) - reach) / mm));
  const bottom = Math.min(height, Math.ceil((Math.max(from.y, to.y) + reach) / mm));
  const left = Math.max(0, Math.floor((Math.min(from.x, to.x) - reach) / mm));
  const right = Math.min(width, Math.ceil((Math.max(from.x, to.x) + reach) / mm));
  const scale = 1 / halfMm;
  for (let row = top; row < bottom; row++) {
    const y = (row + 0.5) * mm - from.y;
    for (let column = left; column < right; column++) {
      const x = (column + 0.5) * mm - from.x;
      const along = x * ux + y * uy;
      const across = (y * ux - x * uy) * scale;
      const square = across * across;
      if (along < 0 || along >= lengthMm || square > REACH * REACH) continue;
      const at = row * width + column;
      target[at] = (target[at] as number) + contrast * (PROFILE[(square * STEPS) | 0] as number);
    }
  }
}
