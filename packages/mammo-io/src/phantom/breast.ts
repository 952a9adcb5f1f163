import type { View } from '../case-image.ts';
import type { RandomKey, RandomStream } from '../random.ts';
import { drawAnatomy } from './anatomy.ts';
import type { PhantomView } from './image.ts';
import type { PhantomFrame } from './noise.ts';
import type { PhantomPlanOptions } from './options.ts';
import { drawPlaces } from './place.ts';
import type { BreastTraits, PhantomLesion } from './traits.ts';
import { drawGeometry } from './view-geometry.ts';

/** Whose breast it is, and on which side. */
export interface BreastOwner {
  readonly traits: BreastTraits;
  readonly lesion: PhantomLesion | undefined;
  /** Puts the chest wall on the right, as right breasts are hung. */
  readonly mirrored: boolean;
  /** Random numbers that both breasts share. */
  readonly ofPatient: (...keys: RandomKey[]) => RandomStream;
  /** Random numbers of this breast. */
  readonly ofBreast: (...keys: RandomKey[]) => RandomStream;
}

const VIEWS: readonly View[] = ['CC', 'MLO'];

/**
 * Plans the two views of one breast together: the same lobes, vessels and findings in both, each finding as far from the nipple
 * in the one as in the other.
 */
export function planBreast(
  owner: BreastOwner,
  frame: PhantomFrame,
  options: PhantomPlanOptions,
): Readonly<Record<View, PhantomView>> {
  const { traits, lesion, ofBreast } = owner;
  const anatomy = drawAnatomy(owner.ofPatient, ofBreast);
  const streamsOf =
    (view: View) =>
    (...keys: RandomKey[]) =>
      ofBreast(view, ...keys);
  const geometries = VIEWS.map((view) =>
    drawGeometry(streamsOf(view), traits, {
      oblique: view === 'MLO',
      fieldWidthMm: frame.width * frame.mm,
    }),
  );
  const findings = Array.from(
    { length: ofBreast('benign').poisson(options.benignRate) },
    (_, i) => ({
      places: drawPlaces(ofBreast('benign place', i), geometries, { marginMm: 9, scatter: 1 }),
      stream: () => ofBreast('benign', i),
    }),
  );
  const lesionPlaces =
    lesion &&
    drawPlaces(ofBreast('lesion place'), geometries, {
      marginMm: lesion.radiusMm + 5,
      scatter: 0.75,
    });

  const planView = (view: View): PhantomView => {
    const i = VIEWS.indexOf(view);
    return {
      frame,
      mirrored: owner.mirrored,
      breast: { traits, geometry: geometries[i]!, anatomy, texture: options.texture },
      lesion: lesion && lesionPlaces && { ...lesion, place: lesionPlaces[i]! },
      findings: findings.map(({ places, stream }) => ({ place: places[i]!, stream })),
      noise: options.noise,
      streams: streamsOf(view),
    };
  };
  return { CC: planView('CC'), MLO: planView('MLO') };
}
