import type { RandomStream } from '../random.ts';
import type { Place } from './lesions.ts';
import { FIELD_HEIGHT_MM } from './noise.ts';
import { type BreastOutline, depthAt } from './outline.ts';
import { type GlandularCone, muscleAt, type PectoralMuscle } from './tissue.ts';

/** Where a finding may lie. */
export interface PlaceOptions {
  readonly outline: BreastOutline;
  readonly cone: GlandularCone;
  readonly muscle: PectoralMuscle | undefined;
  /** Least distance to the skin, mm. */
  readonly marginMm: number;
  /** How far findings scatter about the glandular cone; 1 fills the breast. */
  readonly scatter: number;
}

/** Draws a place well inside the breast and off the muscle, most often in glandular tissue. */
export function drawPlace(random: RandomStream, options: PlaceOptions): Place {
  const { outline, cone, muscle, marginMm, scatter } = options;
  for (let attempt = 0; attempt < 200; attempt++) {
    const x = cone.x + 0.3 * scatter * outline.depthMm * random.normal();
    const y = cone.y + 0.4 * scatter * outline.lowerMm * random.normal();
    const inField = x > 10 && y > 0 && y < FIELD_HEIGHT_MM;
    if (inField && depthAt(outline, x, y) > marginMm && muscleAt(muscle, x, y) < 0.05) {
      return { x, y };
    }
  }
  return cone;
}
