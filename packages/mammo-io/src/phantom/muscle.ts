import type { RandomStream } from '../random.ts';
import { FIELD_HEIGHT_MM, fractalNoise, type PhantomFrame } from './noise.ts';
import { sigmoid, smoothStep } from './profiles.ts';
import type { BreastTraits } from './traits.ts';

/** The pectoral muscle of an oblique view. */
export interface PectoralMuscle {
  /** Its border's distance from the chest wall, mm, at a height of the field, mm; −∞ below its end. */
  borderAt(yMm: number): number;
  /** 1 at the top, falling to 0 at the muscle's lower end. */
  shareAt(yMm: number): number;
}

/** Share of muscle, 0–1, at a point of the field. */
export function muscleAt(muscle: PectoralMuscle | undefined, xMm: number, yMm: number): number {
  return muscle === undefined ? 0 : sigmoid((muscle.borderAt(yMm) - xMm) / 1.6);
}

/** The muscle of one oblique view; `phase` shifts the waves of its border. */
export function pectoralMuscle(
  traits: BreastTraits,
  fieldWidthMm: number,
  phase: number,
): PectoralMuscle {
  const widthMm = traits.pectoralWidth * fieldWidthMm;
  const lengthMm = traits.pectoralLength * FIELD_HEIGHT_MM;
  const shareAt = (yMm: number): number => Math.max(0, 1 - yMm / lengthMm);
  const borderAt = (yMm: number): number => {
    const share = shareAt(yMm);
    if (share === 0) return Number.NEGATIVE_INFINITY;
    return widthMm * share ** 0.88 + 2 * Math.sin(yMm / 23 + phase) * share;
  };
  return { shareAt, borderAt };
}

/** Paints the muscle over what lies below it. */
export function paintMuscle(
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
    const base = 0.4 + 0.1 * traits.fat + 0.1 * muscle.shareAt(yMm);
    const end = muscleEnds[row] as number;
    for (let column = 0, at = row * width; column < end; column++, at++) {
      const insideMm = border - (column + 0.5) * mm;
      const thickness = base + 0.07 * smoothStep(insideMm / 45) + 0.03 * (fibres[at] as number);
      const below = grey[at] as number;
      const above = thickness + 0.3 * Math.max(0, below - thickness);
      grey[at] = below + sigmoid(insideMm / 2) * (above - below);
    }
  }
}
