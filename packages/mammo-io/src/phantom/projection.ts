import type { Place } from './lesions.ts';
import type { BreastOutline } from './outline.ts';

/** A point of a breast, whatever the view: what its two views have in common. */
export interface BreastPoint {
  /** From the chest wall, 0, to the nipple, 1. */
  readonly depth: number;
  /** From the inner side, −1, to the outer, 1; a share of the breast's half width at its base. */
  readonly outer: number;
  /** From below, −1, to above, 1. */
  readonly upper: number;
}

/**
 * Where a view shows a point. A craniocaudal view looks from above and hangs the outer side at the top; an oblique one looks
 * along the line from upper inner to lower outer quadrant, so that what lies above or outside comes to lie higher. Both keep the
 * distance to the nipple, by which readers match their findings.
 */
export function project(point: BreastPoint, outline: BreastOutline): Place {
  const across = acrossView(point, outline.oblique);
  const x = point.depth * outline.depthMm;
  return { x, y: outline.centreMm + outline.slope * x - across * outline.lowerMm };
}

/** How far up a view shows a point: its outward share in a craniocaudal view, its share along 45° in an oblique one. */
export function acrossView(point: Pick<BreastPoint, 'outer' | 'upper'>, oblique: boolean): number {
  return oblique ? Math.SQRT1_2 * (point.outer + point.upper) : point.outer;
}
