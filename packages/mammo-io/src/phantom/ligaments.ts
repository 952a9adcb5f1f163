import type { RandomStream } from '../random.ts';
import { addCurve, type SoftCurve } from './curves.ts';
import type { Place } from './lesions.ts';
import { FIELD_HEIGHT_MM, type PhantomFrame } from './noise.ts';
import { type BreastOutline, depthAt } from './outline.ts';

const STRANDS_PER_SQUARE_CM = 3.4;
const LEAST_CONTRAST = 0.006; // fainter strands drown in the detector's noise

/**
 * Draws Cooper's ligaments and ducts: gently bent strands, most of them thin and faint, that run more or less towards the
 * nipple.
 *
 * @returns what they add to the grey levels, height × width
 */
export function drawLigaments(
  random: RandomStream,
  frame: PhantomFrame,
  outline: BreastOutline,
): Float32Array {
  const added = new Float32Array(frame.height * frame.width);
  const boxHeightMm = Math.min(FIELD_HEIGHT_MM, 2.2 * outline.lowerMm);
  const topMm = Math.max(0, outline.centreMm + outline.lowerMm - boxHeightMm);
  const count = Math.round((STRANDS_PER_SQUARE_CM * outline.depthMm * boxHeightMm) / 100);
  const stepMm = Math.max(2.5, 2 * frame.mm);
  for (let strand = 0; strand < count; strand++) {
    const start = {
      x: random.uniform(0, outline.depthMm),
      y: topMm + random.uniform(0, boxHeightMm),
    };
    const strandTraits = drawTraits(random, start, outline);
    const seen = strandTraits.contrast * Math.min(1, strandTraits.halfMm / (0.5 * frame.mm));
    if (seen > LEAST_CONTRAST && depthAt(outline, start.x, start.y) > 2) {
      addCurve(added, frame, strandCurve(strandTraits, start, stepMm));
    }
  }
  return added;
}

interface StrandTraits {
  /** Direction at the start, radians, seen from the nipple. */
  readonly angle: number;
  readonly lengthMm: number;
  /** Radians per millimetre. */
  readonly bend: number;
  readonly wave: number;
  readonly waveMm: number;
  readonly halfMm: number;
  readonly contrast: number;
}

function drawTraits(random: RandomStream, start: Place, outline: BreastOutline): StrandTraits {
  const nippleY = outline.centreMm + outline.slope * outline.depthMm;
  const towardsNipple = Math.atan2(nippleY - start.y, 1.25 * outline.depthMm - start.x);
  const angle = towardsNipple + 0.4 * random.normal();
  const lengthMm = 15 * 5 ** random.uniform();
  const bend = (1.2 * random.normal()) / (25 + lengthMm);
  const wave = 0.22 * random.normal();
  const waveMm = random.uniform(4, 14);
  const halfMm = 0.2 * 9 ** random.uniform();
  const brightness = 0.008 - 0.013 * Math.log(1 - random.uniform());
  const contrast = Math.min(0.07, brightness * (0.45 / halfMm) ** 0.4); // wide ones are fainter
  return { angle, lengthMm, bend, wave, waveMm, halfMm, contrast };
}

/** From the start away from the nipple, along the angle `angle + bend·s + wave·sin(s / waveMm)`. */
function strandCurve(traits: StrandTraits, start: Place, stepMm: number): SoftCurve {
  const { angle, lengthMm, bend, wave, waveMm, halfMm, contrast } = traits;
  const steps = Math.max(1, Math.round(lengthMm / stepMm));
  const points = [start];
  for (let step = 1; step <= steps; step++) {
    const last = points[step - 1] as Place;
    const along = (step - 0.5) * stepMm;
    const turned = angle + bend * along + wave * Math.sin(along / waveMm);
    points.push({ x: last.x - stepMm * Math.cos(turned), y: last.y - stepMm * Math.sin(turned) });
  }
  return {
    points,
    halfWidthMm: (share) => halfMm * (1.2 - 0.4 * share),
    contrast: (share) => contrast * Math.sin(Math.PI * share),
  };
}
