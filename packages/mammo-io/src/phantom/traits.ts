import type { LesionType } from '../case-image.ts';
import type { RandomStream } from '../random.ts';
import type { PhantomPlanOptions } from './options.ts';
import { normalQuantile, stratifiedQuantiles } from './strata.ts';

/** What the views of one synthetic patient have in common. Lengths without a unit are shares of the field. */
export interface BreastTraits {
  /** Share of glandular tissue, 0.03–0.9. */
  readonly density: number;
  /** From chest wall to nipple, mm. */
  readonly depthMm: number;
  /** From the nipple's level to the lower edge, 0.36–0.46 of the field's height. */
  readonly halfHeight: number;
  /** How far the nipple sinks for each millimetre from the chest wall. */
  readonly droop: number;
  /** Grey level of fat. */
  readonly fat: number;
  /** What dense tissue adds to it. */
  readonly gland: number;
  /** Cell of the coarsest octave of the tissue's pattern, mm. */
  readonly coarsestMm: number;
  /** Of the muscle along the upper edge of an oblique view, 0.22–0.38 of the field's width. */
  readonly pectoralWidth: number;
  /** Of the muscle along the chest wall of an oblique view, 0.45–0.72 of the field's height. */
  readonly pectoralLength: number;
}

/** A synthetic cancer; both views show it, each in its own place. */
export interface PhantomLesion {
  /** Which of the traits below count. */
  readonly type: LesionType;
  /** Radius of a mass, mm. */
  readonly radiusMm: number;
  /** Whether a mass has spicules. */
  readonly spiculated: boolean;
  /** Number of calcifications of a cluster. */
  readonly calcificationCount: number;
  /** Standard deviation of the calcifications' places about the cluster's centre, mm. */
  readonly spreadMm: number;
  /** Contrast relative to the typical lesion: conspicuity × a lognormal number. */
  readonly strength: number;
}

const DENSITY_CLASSES = [
  { upTo: 0.1, density: 0.12 },
  { upTo: 0.5, density: 0.3 },
  { upTo: 0.9, density: 0.52 },
  { upTo: 1, density: 0.75 },
];

/**
 * Draws the traits of all patients of a class, each trait stratified over them.
 *
 * @param stream - the random numbers of a trait
 */
export function drawBreastTraits(
  count: number,
  stream: (trait: string) => RandomStream,
): BreastTraits[] {
  const spread = (trait: string, low: number, high: number): number[] =>
    stratifiedQuantiles(count, stream(trait)).map((share) => low + (high - low) * share);
  const densities = spread('density', 0, 1);
  const deviations = spread('density deviation', 0, 1);
  const depths = spread('depth', 85, 150);
  const halfHeights = spread('height', 0.36, 0.46);
  const droops = spread('droop', 0, 0.12);
  const fats = spread('fat', 0.2, 0.28);
  const glands = spread('gland', 0.24, 0.32);
  const coarsest = spread('pattern', 45, 70);
  const pectoralWidths = spread('pectoral width', 0.22, 0.38);
  const pectoralLengths = spread('pectoral length', 0.45, 0.72);
  return densities.map((share, i) => {
    const typical = DENSITY_CLASSES.find(({ upTo }) => share < upTo)?.density ?? 0.75;
    const density = typical + 0.04 * normalQuantile(deviations[i] as number);
    return {
      density: Math.min(0.9, Math.max(0.03, density)),
      depthMm: depths[i] as number,
      halfHeight: halfHeights[i] as number,
      droop: droops[i] as number,
      fat: fats[i] as number,
      gland: glands[i] as number,
      coarsestMm: coarsest[i] as number,
      pectoralWidth: pectoralWidths[i] as number,
      pectoralLength: pectoralLengths[i] as number,
    };
  });
}

/**
 * Draws all of a cohort's cancers of one type, each trait stratified over them.
 *
 * @param stream - the random numbers of a type and a trait
 */
export function drawLesionTraits(
  type: LesionType,
  count: number,
  { conspicuity, conspicuitySd }: PhantomPlanOptions,
  stream: (type: LesionType, trait: string) => RandomStream,
): PhantomLesion[] {
  const quantiles = (trait: string) => stratifiedQuantiles(count, stream(type, trait));
  const strengths = quantiles('strength');
  const radii = quantiles('radius');
  const spicules = quantiles('spicules');
  const counts = quantiles('count');
  const spreads = quantiles('spread');
  return strengths.map((strength, i) => ({
    type,
    radiusMm: 5.5 * (12.5 / 5.5) ** (radii[i] as number),
    spiculated: (spicules[i] as number) < 0.55,
    calcificationCount: 7 + Math.floor(11 * (counts[i] as number)),
    spreadMm: 3.5 + 4 * (spreads[i] as number),
    strength: conspicuity * Math.exp(conspicuitySd * normalQuantile(strength)),
  }));
}
