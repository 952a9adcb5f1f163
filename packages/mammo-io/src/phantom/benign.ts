import type { RandomStream } from '../random.ts';
import { type Patch, type Place, patchAround } from './lesions.ts';
import type { PhantomFrame } from './noise.ts';
import { blob, sigmoid } from './profiles.ts';

/**
 * Draws a benign finding, as images of both classes have them: a smooth round mass (35 %), a coarse calcification
 * (25 %), a piece of a vessel (25 %) or a lymph node with a lucent hilum (15 %).
 *
 * @returns what it adds to the grey levels
 */
export function drawBenignFinding(random: RandomStream, frame: PhantomFrame, place: Place): Patch {
  const kind = random.uniform();
  const radiusMm = random.uniform(3.5, 7.5);
  const turn = random.uniform(0, Math.PI);
  const aspect = random.uniform(0.7, 1);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const along = (x: number, y: number): number => (x - place.x) * cos + (y - place.y) * sin;
  const across = (x: number, y: number): number => (y - place.y) * cos - (x - place.x) * sin;
  const radius = (x: number, y: number): number => Math.hypot(along(x, y), across(x, y) / aspect);

  if (kind < 0.35) {
    const grey = random.uniform(0.04, 0.08);
    return patchAround(
      frame,
      place,
      2 * radiusMm,
      (x, y) => grey * sigmoid((radiusMm - radius(x, y)) / (0.1 * radiusMm)),
    );
  }
  if (kind < 0.6) {
    const grey = random.uniform(0.12, 0.26);
    const sizeMm = Math.max(random.uniform(1, 1.6), 0.6 * frame.mm);
    return patchAround(
      frame,
      place,
      3 * sizeMm,
      (x, y) => grey * blob((radius(x, y) / sizeMm) ** 2),
    );
  }
  if (kind < 0.85) {
    const grey = random.uniform(0.03, 0.06);
    const halfLengthMm = random.uniform(10, 27.5);
    const bendMm = 5 * random.normal();
    const halfWidthMm = Math.max(1.1, 0.5 * frame.mm);
    return patchAround(frame, place, halfLengthMm + 24, (x, y) => {
      const u = along(x, y);
      const offset = (across(x, y) - bendMm * Math.sin(u / 14)) / halfWidthMm;
      return grey * blob(offset * offset) * sigmoid((halfLengthMm - Math.abs(u)) / 3);
    });
  }
  const grey = random.uniform(0.05, 0.08);
  return patchAround(frame, place, radiusMm + 6, (x, y) => {
    const r = radius(x, y);
    return grey * (sigmoid((radiusMm - r) / 0.8) - 0.9 * sigmoid((0.5 * radiusMm - r) / 0.8));
  });
}
