import type { RandomStream } from '../random.ts';
import type { Place } from './lesions.ts';
import { muscleAt } from './muscle.ts';
import { FIELD_HEIGHT_MM } from './noise.ts';
import { depthAt } from './outline.ts';
import { acrossView } from './projection.ts';
import type { ViewGeometry } from './view-geometry.ts';

/** Where a finding may lie. */
export interface PlaceOptions {
  /** Least distance to the skin in every view, mm. */
  readonly marginMm: number;
  /** How far findings scatter about the glandular cone; 1 fills the breast. */
  readonly scatter: number;
}

/**
 * Draws a point well inside the breast and off the muscle, most often in glandular tissue, and gives its place in each of the
 * breast's views: equally far from the nipple in all of them.
 *
 * @returns one place for each view
 */
export function drawPlaces(
  random: RandomStream,
  views: readonly ViewGeometry[],
  options: PlaceOptions,
): Place[] {
  for (let attempt = 0; attempt < 200; attempt++) {
    const point = { x: random.normal(), outer: random.normal(), upper: random.normal() };
    const places = views.map(({ cone, outline }) => {
      const across = acrossView(point, outline.oblique);
      return {
        x: cone.x + 0.3 * options.scatter * outline.depthMm * point.x,
        y: cone.y - 0.4 * options.scatter * outline.lowerMm * across,
      };
    });
    if (places.every((place, i) => isWellInside(place, views[i] as ViewGeometry, options))) {
      return places;
    }
  }
  return views.map(({ cone }) => cone);
}

function isWellInside(
  { x, y }: Place,
  { outline, muscle }: ViewGeometry,
  { marginMm }: PlaceOptions,
): boolean {
  const inField = x > 10 && y > 0 && y < FIELD_HEIGHT_MM;
  return inField && depthAt(outline, x, y) > marginMm && muscleAt(muscle, x, y) < 0.05;
}
