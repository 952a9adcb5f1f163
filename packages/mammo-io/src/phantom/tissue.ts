import type { BreastAnatomy } from './anatomy.ts';
import { drawFatLobules } from './fat-lobules.ts';
import { drawLigaments } from './ligaments.ts';
import { drawLobes } from './lobes.ts';
import { paintMuscle } from './muscle.ts';
import { fractalNoise, type PhantomFrame } from './noise.ts';
import {
  type BreastOutline,
  type BreastRegion,
  belowAxis,
  measureBreast,
  towards,
} from './outline.ts';
import { bell, ridge, sigmoid, smoothStep } from './profiles.ts';
import type { ViewStreams } from './streams.ts';
import type { BreastTraits } from './traits.ts';
import { addVessels } from './vessels.ts';
import type { ViewGeometry } from './view-geometry.ts';

/** One view without findings and without noise. */
export interface BreastImage {
  /** Grey levels, 0 to about 1; height × width, chest wall at column 0. */
  readonly grey: Float32Array;
  readonly region: BreastRegion;
}

/** What {@link drawBreast} draws. */
export interface BreastParts {
  readonly traits: BreastTraits;
  readonly geometry: ViewGeometry;
  readonly anatomy: BreastAnatomy;
  /** Strength of the tissue's pattern; 1 is the usual one. */
  readonly texture: number;
}

/** Draws fat, glandular tissue, ligaments, vessels, skin, nipple and, in an oblique view, the pectoral muscle. */
export function drawBreast(
  frame: PhantomFrame,
  parts: BreastParts,
  streams: ViewStreams,
): BreastImage {
  const { traits, geometry, anatomy } = parts;
  const { outline, muscle } = geometry;
  const region = measureBreast(outline, frame);
  const { ends } = region;
  const strands = drawLigaments(streams('ligaments'), frame, outline);
  addVessels(strands, frame, anatomy.vessels, outline);
  const patterns: Patterns = {
    lobes: drawLobes(frame, anatomy.lobes, outline, ends),
    tissue: fractalNoise(frame, {
      coarsestMm: traits.coarsestMm / 4, // the coarser octaves are the lobes
      finestMm: FINEST_TISSUE_MM,
      ends,
      octaveStream: (octave) => streams('tissue', octave),
    }),
    fine: fractalNoise(frame, {
      coarsestMm: 10,
      finestPixels: 1.2,
      ends,
      octaveStream: (octave) => streams('fine', octave),
    }),
    fatLobules: drawFatLobules(streams('fat lobules'), frame, outline),
    strands,
  };
  const grey = new Float32Array(frame.height * frame.width);
  paintTissue(grey, frame, parts, patterns, region);
  paintSkin(grey, frame, outline, region);
  if (muscle) paintMuscle(grey, frame, ends, muscle, traits, (o) => streams('muscle', o));
  return { grey, region };
}

const FINEST_TISSUE_MM = 2.4; // finer, the border of glandular tissue would crumble

interface Patterns {
  readonly lobes: Float32Array;
  readonly tissue: Float32Array;
  readonly fine: Float32Array;
  readonly fatLobules: Float32Array;
  readonly strands: Float32Array;
}

function paintTissue(
  grey: Float32Array,
  frame: PhantomFrame,
  { traits, geometry, texture }: BreastParts,
  patterns: Patterns,
  region: BreastRegion,
): void {
  const { outline, cone, rollMm } = geometry;
  const { height, width, mm } = frame;
  const across = bell(width, mm, cone.x, 0.36 * outline.depthMm);
  const down = bell(height, mm, cone.y, 0.62 * outline.lowerMm);
  const glandGrey = traits.gland * (0.62 + 0.38 * traits.density);
  for (let row = 0; row < height; row++) {
    const coneOfRow = 2.6 * (down[row] as number);
    const end = region.ends[row] as number;
    for (let column = 0, at = row * width; column < end; column++, at++) {
      const depth = region.depths[at] as number;
      if (depth <= 0) continue;
      const tissue = 0.95 * (patterns.lobes[at] as number) + 0.28 * (patterns.tissue[at] as number);
      const fine = texture * (patterns.fine[at] as number);
      const strands = texture * (patterns.strands[at] as number);
      const level =
        1.15 * texture * tissue +
        coneOfRow * (across[column] as number) -
        1.1 * texture * (patterns.fatLobules[at] as number) -
        2.9 +
        3.6 * traits.density;
      const gland = depth > 4 ? sigmoid(level / 0.55) * smoothStep((depth - 4) / 12) : 0;
      const compressed = depth < rollMm ? Math.sqrt(1 - (1 - depth / rollMm) ** 2) : 1;
      grey[at] =
        compressed *
        (traits.fat + 0.018 * fine + strands + gland * (glandGrey + 0.045 * fine + 0.05 * tissue));
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
      if (depth < 8) grey[at] = (grey[at] as number) + 0.07 * ridge((depth - 0.9) / 1.3);
      if (depth > 0 && depth < 27) {
        const x = (column + 0.5) * mm;
        const nipple = towards(outline.nipple, x, belowAxis(outline, x, (row + 0.5) * mm));
        grey[at] = (grey[at] as number) + 0.16 * nipple * sigmoid((9 - depth) / 1.5);
      }
    }
  }
}
