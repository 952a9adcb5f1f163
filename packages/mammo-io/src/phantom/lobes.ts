import type { TissueLobe } from './anatomy.ts';
import type { PhantomFrame } from './noise.ts';
import type { BreastOutline } from './outline.ts';
import { bell } from './profiles.ts';
import { project } from './projection.ts';

const TYPICAL_SD = 0.93; // of the sum over the lobes, measured inside 200 breasts

/**
 * Draws the coarse pattern of a view's tissue: Σ weightᵢ · e^−(distanceᵢ/radiusᵢ)², of standard deviation about 1 inside the
 * breast.
 *
 * @returns height × width; 0 beyond `ends`
 */
export function drawLobes(
  frame: PhantomFrame,
  lobes: readonly TissueLobe[],
  outline: BreastOutline,
  ends: Int32Array,
): Float32Array {
  const { height, width, mm } = frame;
  const columns = ends.reduce((most, end) => Math.max(most, end), 0);
  const out = new Float32Array(height * width);
  for (const { centre, radiusMm, weight } of lobes) {
    const { x, y } = project(centre, outline);
    const down = bell(height, mm, y, radiusMm);
    const across = bell(columns, mm, x, radiusMm);
    for (let row = 0; row < height; row++) {
      const factor = (weight / TYPICAL_SD) * (down[row] as number);
      if (Math.abs(factor) < 1e-4) continue;
      const end = ends[row] as number;
      for (let column = 0, at = row * width; column < end; column++, at++) {
        out[at] = (out[at] as number) + factor * (across[column] as number);
      }
    }
  }
  return out;
}
