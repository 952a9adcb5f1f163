import type { RandomKey, RandomStream } from '../random.ts';
import { FIELD_HEIGHT_MM, fractalNoise, type PhantomFrame } from './noise.ts';
import {
  type BreastOutline,
  type BreastRegion,
  belowAxis,
  measureBreast,
  towards,
} from './outline.ts';
import type { BreastTraits } from './traits.ts';

/** The random numbers of one view, by concept. */
export type ViewStreams = (concept: string, ...keys: RandomKey[]) => RandomStream;

/** Where dense tissue gathers: behind the nipple. */
export interface GlandularCone {
  /** Centre, mm from the chest wall and from the top of the field. */
  readonly x: number;
  readonly y: number;
}

/** The pectoral muscle of an oblique view. */
export interface PectoralMuscle {
  /** Its border's distance from the chest wall, mm, at a height of the field, mm; −∞ below its end. */
  borderAt(yMm: number): number;
  /** 1 at the top, falling to 0 at the muscle's lower end. */
  shareAt(yMm: number): number;
}

/** One view without lesions and without noise. */
export interface BreastImage {
  /** Grey levels, 0 to about 1; height × width, chest wall at column 0. */
  readonly grey: Float32Array;
  readonly region: BreastRegion;
  readonly cone: GlandularCone;
  readonly muscle: PectoralMuscle | undefined;
}

/** 1 / (1 + e^−z). */
export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** Share of muscle, 0–1, at a point of the field. */
export function muscleAt(muscle: PectoralMuscle | undefined, xMm: number, yMm: number): number {
  return muscle === undefined ? 0 : sigmoid((muscle.borderAt(yMm) - xMm) / 1.6);
}

/** Draws fat, glandular tissue, ligaments, skin, nipple and, in an oblique view, the pectoral muscle. */
export function drawBreast(
  frame: PhantomFrame,
  traits: BreastTraits,
  outline: BreastOutline,
  streams: ViewStreams,
  texture: number,
): BreastImage {
  const region = measureBreast(outline, frame);
  const { ends } = region;
  const noise = (concept: string, coarsestMm: number, finestPixels?: number): Float32Array =>
    fractalNoise(frame, {
      coarsestMm,
      ...(finestPixels !== undefined && { finestPixels }),
      ends,
      octaveStream: (octave) => streams(concept, octave),
    });
  const patterns: Patterns = {
    tissue: noise('tissue', traits.coarsestMm),
    fine: noise('fine', 10, 1.2),
    ligaments: noise('ligaments', 30),
  };
  const cone = {
    x: 0.48 * outline.depthMm,
    y: outline.centreMm + 0.5 * outline.slope * outline.depthMm - (outline.oblique ? 8 : 0),
  };
  const random = streams('view');
  const rollMm = random.uniform(26, 36);
  const grey = new Float32Array(frame.height * frame.width);
  paintTissue(grey, frame, { traits, outline, region, patterns, cone, rollMm, texture });
  paintSkin(grey, frame, outline, region);
  const muscle = outline.oblique ? drawMuscle(random, traits, frame) : undefined;
  if (muscle) paintMuscle(grey, frame, ends, muscle, traits, (o) => streams('muscle', o));
  return { grey, region, cone, muscle };
}

interface Patterns {
  readonly tissue: Float32Array;
  readonly fine: Float32Array;
  readonly ligaments: Float32Array;
}

interface TissueOptions {
  readonly traits: BreastTraits;
  readonly outline: BreastOutline;
  readonly region: BreastRegion;
  readonly patterns: Patterns;
  readonly cone: GlandularCone;
  /** Over how many millimetres from the skin the compressed breast gains its thickness. */
  readonly rollMm: number;
  readonly texture: number;
}

function paintTissue(grey: Float32Array, frame: PhantomFrame, options: TissueOptions): void {
  const { traits, outline, region, patterns, cone, rollMm, texture } = options;
  const { height, width, mm } = frame;
  const across = gaussian(width, mm, cone.x, 0.36 * outline.depthMm);
  const down = gaussian(height, mm, cone.y, 0.62 * outline.lowerMm);
  const glandGrey = traits.gland * (0.62 + 0.38 * traits.density);
  for (let row = 0; row < height; row++) {
    const coneOfRow = 2.6 * (down[row] as number);
    const end = region.ends[row] as number;
    for (let column = 0, at = row * width; column < end; column++, at++) {
      const depth = region.depths[at] as number;
      if (depth <= 0) continue;
      const tissue = patterns.tissue[at] as number;
      const fine = texture * (patterns.fine[at] as number);
      const level =
        1.15 * texture * tissue +
        coneOfRow * (across[column] as number) -
        3.1 +
        3.6 * traits.density;
      const gland = depth > 4 ? sigmoid(level / 0.38) * smoothStep((depth - 4) / 12) : 0;
      const ligament = ridge((patterns.ligaments[at] as number) / 0.16);
      const compressed = depth < rollMm ? Math.sqrt(1 - (1 - depth / rollMm) ** 2) : 1;
      grey[at] =
        compressed *
        (traits.fat +
          0.018 * fine +
          0.035 * ligament * (1 - gland) +
          gland * (glandGrey + 0.045 * fine + 0.05 * tissue));
    }
  }
}

function paintSkin(
  grey: Float32Array,
  { height, width, mm }: PhantomFrame,
  outline: BreastOutline,
  { ends, depths }: BreastRegion,
): void {
  for (let row = 0; row < height; row++) {
    const end = ends[row] as number;
    for (let column = 0, at = row * width; column < end; column++, at++) {
      const depth = depths[at] as number;
      if (depth < 8) grey[at] = (grey[at] as number) + 0.1 * ridge((depth - 1.2) / 1.6);
      if (depth > 0 && depth < 27) {
        const x = (column + 0.5) * mm;
        const nipple = towards(outline.nipple, x, belowAxis(outline, x, (row + 0.5) * mm));
        grey[at] = (grey[at] as number) + 0.16 * nipple * sigmoid((9 - depth) / 1.5);
      }
    }
  }
}

function drawMuscle(
  random: RandomStream,
  traits: BreastTraits,
  { width, mm }: PhantomFrame,
): PectoralMuscle {
  const widthMm = traits.pectoralWidth * width * mm;
  const lengthMm = traits.pectoralLength * FIELD_HEIGHT_MM;
  const phase = random.uniform(0, 6);
  const shareAt = (yMm: number): number => Math.max(0, 1 - yMm / lengthMm);
  const borderAt = (yMm: number): number => {
    const share = shareAt(yMm);
    if (share === 0) return Number.NEGATIVE_INFINITY;
    return widthMm * share ** 0.88 + 2 * Math.sin(yMm / 23 + phase) * share;
  };
  return { shareAt, borderAt };
}

function paintMuscle(
  grey: Float32Array,
  frame: PhantomFrame,
  ends: Int32Array,
  muscle: PectoralMuscle,
  traits: BreastTraits,
  octaveStream: (octave: number) => RandomStream,
): void {
  const { height, width, mm } = frame;
  const muscleEnds = ends.map((end, row) => {
    const border = muscle.borderAt((row + 0.5) * mm);
    return Math.max(0, Math.min(end, Math.ceil((border + 16) / mm))); // 16 mm on, no muscle is left
  });
  const fibres = fractalNoise(frame, { coarsestMm: 24, ends: muscleEnds, octaveStream });
  for (let row = 0; row < height; row++) {
    const yMm = (row + 0.5) * mm;
    const border = muscle.borderAt(yMm);
    const base = 0.42 + 0.1 * traits.fat + 0.1 * muscle.shareAt(yMm);
    const end = muscleEnds[row] as number;
    for (let column = 0, at = row * width; column < end; column++, at++) {
      const share = sigmoid((border - (column + 0.5) * mm) / 1.6);
      const below = grey[at] as number;
      const added = Math.max(0, base + 0.03 * (fibres[at] as number) - below);
      grey[at] = below + share * added;
    }
  }
}

/** e^−z² of the pixels of one axis about a centre, both in mm. */
function gaussian(pixels: number, mm: number, centre: number, spread: number): Float64Array {
  return Float64Array.from({ length: pixels }, (_, i) => ridge(((i + 0.5) * mm - centre) / spread));
}

function ridge(z: number): number {
  return Math.exp(-z * z);
}

function smoothStep(z: number): number {
  const t = Math.min(1, Math.max(0, z));
  return t * t * (3 - 2 * t);
}
