import type { LookupTable } from './lookup-table.ts';

/** How the values of a modality follow from the stored ones. */
export type ModalityTransform =
  | {
      /** A line: RescaleSlope and RescaleIntercept. */
      readonly kind: 'rescale';
      /** Value = slope · stored + intercept; the slope is not 0. */
      readonly slope: number;
      /** Value of a stored 0. */
      readonly intercept: number;
      /** Unit of the values as the file names it, e.g. `US` (unspecified) or `OD`. */
      readonly unit?: string;
    }
  | {
      /** A table: ModalityLUTSequence. */
      readonly kind: 'lut';
      /** Input: stored value; output: the modality's value. */
      readonly table: LookupTable;
      /** Unit of the values as the file names it. */
      readonly unit?: string;
    };

/** The shape of a window's ramp. */
export type VoiFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A window on the modality's values. */
export interface VoiWindow {
  /**
   * c of {@link placeInWindow}: the modality's value in the middle of the ramp; of LINEAR the middle is
   * c − ½.
   */
  readonly center: number;
  /** At least 1 for LINEAR, above 0 for the others. */
  readonly width: number;
  /** Default: LINEAR, as in DICOM. */
  readonly function?: VoiFunction;
  /** What the maker calls it, e.g. `NORMAL`. */
  readonly explanation?: string;
}

/** A table on the modality's values. */
export interface VoiTable {
  /** Input: the modality's value; output: what is shown. */
  readonly table: LookupTable;
  /** What the maker calls it, e.g. `HARDER`. */
  readonly explanation?: string;
}

/** One thing that was done to the stored values, and why. */
export interface AppliedStep {
  /**
   * What kind of step: modality or VOI transform, MONOCHROME1 or white zero inverted, padding made
   * black, signed values raised to unsigned, bits scaled to 0..65535.
   */
  readonly step: 'modality' | 'voi' | 'inversion' | 'padding' | 'raising' | 'scaling';
  /** E.g. `SIGMOID window, center 2653, width 900 (NORMAL)`. */
  readonly description: string;
  /** The attribute that asks for it, e.g. `WindowCenter (0028,1050)`, or who else did: `caller`, `pixels`. */
  readonly source: string;
}

/** The lowest and the highest value that something can take. */
export interface ValueRange {
  /** Included; below `max`. */
  readonly min: number;
  /** Included. */
  readonly max: number;
}

/**
 * A value's place in a window, 0 below it and 1 above it:
 *
 * LINEAR: (x − (c − ½)) / (w − 1) + ½; LINEAR_EXACT: (x − c) / w + ½, both clamped to [0, 1];
 * SIGMOID: 1 / (1 + exp(−4 (x − c) / w)).
 *
 * @example
 * ```ts
 * [0, 50, 100].map((x) => placeInWindow({ center: 50, width: 100, function: 'LINEAR_EXACT' }, x)); // => [0, 0.5, 1]
 * ```
 * @see DICOM PS3.3 sections C.11.2.1.2 and C.11.2.1.3
 */
export function placeInWindow(window: VoiWindow, value: number): number {
  const { center, width } = window;
  const shape = window.function ?? 'LINEAR';
  switch (shape) {
    case 'SIGMOID':
      return 1 / (1 + Math.exp((-4 * (value - center)) / width));
    case 'LINEAR':
      return ramp(value - (center - 0.5), width - 1);
    case 'LINEAR_EXACT':
      return ramp(value - center, width);
    default:
      return shape satisfies never;
  }
}

/** Why a window cannot be used, or nothing. */
export function windowDefect(window: VoiWindow): string | undefined {
  const { center, width } = window;
  const shape = window.function ?? 'LINEAR';
  if (!Number.isFinite(center)) return `a window's center must be a finite number, got ${center}`;
  if (shape === 'LINEAR' && width >= 1 && width < Infinity) return undefined;
  if (shape !== 'LINEAR' && width > 0 && width < Infinity) return undefined;
  const least = shape === 'LINEAR' ? 'at least 1' : 'above 0';
  return `the width of a ${shape} window must be ${least}, got ${width}`;
}

function ramp(fromCenter: number, width: number): number {
  if (fromCenter <= -width / 2) return 0;
  return fromCenter > width / 2 ? 1 : fromCenter / width + 0.5;
}
