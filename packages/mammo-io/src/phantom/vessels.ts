import type { Vessel } from './anatomy.ts';
import { addCurve } from './curves.ts';
import type { Place } from './lesions.ts';
import type { PhantomFrame } from './noise.ts';
import type { BreastOutline } from './outline.ts';
import { project } from './projection.ts';

const SMOOTH_STEPS = 4; // points between two of an axis

/** Adds a breast's vessels, as one view shows them, to `target`. */
export function addVessels(
  target: Float32Array,
  frame: PhantomFrame,
  vessels: readonly Vessel[],
  outline: BreastOutline,
): void {
  for (const { axis, widthMm, contrast } of vessels) {
    addCurve(target, frame, {
      points: smoothed(axis.map((point) => project(point, outline))),
      halfWidthMm: (share) => 0.5 * widthMm * (1 - 0.5 * share),
      contrast: (share) => contrast * (1 - 0.5 * share),
    });
  }
}

/** Catmull–Rom points through a line's points. */
function smoothed(line: readonly Place[]): Place[] {
  const at = (i: number): Place => line[Math.min(line.length - 1, Math.max(0, i))] as Place;
  const steps = (line.length - 1) * SMOOTH_STEPS;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const i = Math.min(line.length - 2, Math.floor(step / SMOOTH_STEPS));
    const t = step / SMOOTH_STEPS - i;
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const blend = (p: number, q: number, r: number, s: number): number =>
      q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
    return { x: blend(a.x, b.x, c.x, d.x), y: blend(a.y, b.y, c.y, d.y) };
  });
}
