import type { Place } from './lesions.ts';
import { type PectoralMuscle, pectoralMuscle } from './muscle.ts';
import { type BreastOutline, drawOutline } from './outline.ts';
import type { ViewStreams } from './streams.ts';
import type { BreastTraits } from './traits.ts';

/** The shapes of one view, in mm. */
export interface ViewGeometry {
  readonly outline: BreastOutline;
  /** Where dense tissue gathers: behind the nipple. */
  readonly cone: Place;
  readonly muscle: PectoralMuscle | undefined;
  /** Over how many millimetres from the skin the compressed breast gains its thickness. */
  readonly rollMm: number;
}

/** Draws the shapes of one view of a breast. */
export function drawGeometry(
  streams: ViewStreams,
  traits: BreastTraits,
  view: { readonly oblique: boolean; readonly fieldWidthMm: number },
): ViewGeometry {
  const outline = drawOutline(streams('outline'), traits, view);
  const random = streams('view');
  const cone = {
    x: 0.48 * outline.depthMm,
    y: outline.centreMm + 0.5 * outline.slope * outline.depthMm - (outline.oblique ? 8 : 0),
  };
  const rollMm = random.uniform(26, 36);
  const muscle = view.oblique
    ? pectoralMuscle(traits, view.fieldWidthMm, random.uniform(0, 6))
    : undefined;
  return { outline, cone, muscle, rollMm };
}
