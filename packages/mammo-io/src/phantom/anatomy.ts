import type { RandomKey, RandomStream } from '../random.ts';
import type { BreastPoint } from './projection.ts';

/** A soft gathering of glandular tissue (weight above 0) or of fat, as both views of a breast show it. */
export interface TissueLobe {
  readonly centre: BreastPoint;
  readonly radiusMm: number;
  /** Standard normal. */
  readonly weight: number;
}

/** A vessel's axis from the chest wall outwards, and its calibre. */
export interface Vessel {
  readonly axis: readonly BreastPoint[];
  /** At its beginning; it narrows to half of that. */
  readonly widthMm: number;
  readonly contrast: number;
}

/** What the two views of one breast have in common, beyond the patient's traits. */
export interface BreastAnatomy {
  readonly lobes: readonly TissueLobe[];
  readonly vessels: readonly Vessel[];
}

const LOBES = 36;
const SYMMETRY = 0.8; // correlation between the left and right breast's lobes

/**
 * Draws a breast's anatomy. The left and right breast of a patient have the same lobes with weights that correlate, as real
 * ones are alike but not equal; vessels are each breast's own.
 *
 * @param ofPatient - streams shared by both breasts
 * @param ofBreast - streams of this breast
 */
export function drawAnatomy(
  ofPatient: (...keys: RandomKey[]) => RandomStream,
  ofBreast: (...keys: RandomKey[]) => RandomStream,
): BreastAnatomy {
  return {
    lobes: drawLobes(ofPatient('lobes'), ofBreast('lobes')),
    vessels: drawVessels(ofBreast('vessels')),
  };
}

function drawLobes(shared: RandomStream, own: RandomStream): TissueLobe[] {
  const common = Math.sqrt(SYMMETRY);
  const individual = Math.sqrt(1 - SYMMETRY);
  return Array.from({ length: LOBES }, () => ({
    centre: {
      depth: shared.uniform(0, 1),
      outer: shared.uniform(-1, 1),
      upper: shared.uniform(-1, 1),
    },
    radiusMm: shared.uniform(12, 28),
    weight: common * shared.normal() + individual * own.normal(),
  }));
}

/** Two to four trunks that wander from the chest wall towards the nipple, each with up to two branches. */
function drawVessels(random: RandomStream): Vessel[] {
  const trunks = 2 + random.integer(3);
  return Array.from({ length: trunks }, () => {
    const from = { depth: 0, outer: random.uniform(-0.5, 0.9), upper: random.uniform(-0.3, 0.9) };
    const trunk = wander(random, from, {
      steps: 9 + random.integer(5),
      widthMm: random.uniform(1.2, 2.4),
      contrast: random.uniform(0.025, 0.055),
    });
    const branches = Array.from({ length: random.integer(3) }, () => {
      const fork = trunk.axis[2 + random.integer(trunk.axis.length - 4)] as BreastPoint;
      return wander(random, fork, {
        steps: 5 + random.integer(4),
        widthMm: 0.6 * trunk.widthMm,
        contrast: 0.8 * trunk.contrast,
      });
    });
    return [trunk, ...branches];
  }).flat();
}

function wander(
  random: RandomStream,
  from: BreastPoint,
  { steps, widthMm, contrast }: Omit<Vessel, 'axis'> & { readonly steps: number },
): Vessel {
  const axis = [from];
  let drift = { outer: 0.05 * random.normal(), upper: 0.05 * random.normal() };
  for (let step = 0; step < steps; step++) {
    const last = axis[axis.length - 1] as BreastPoint;
    drift = {
      outer: 0.6 * drift.outer + 0.045 * random.normal() - 0.03 * last.outer,
      upper: 0.6 * drift.upper + 0.045 * random.normal() - 0.03 * last.upper,
    };
    axis.push({
      depth: last.depth + random.uniform(0.03, 0.09),
      outer: last.outer + drift.outer,
      upper: last.upper + drift.upper,
    });
  }
  return { axis, widthMm, contrast };
}
