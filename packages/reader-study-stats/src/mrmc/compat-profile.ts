/** Software whose conventions can be reproduced. */
export type Compat = 'imrmc' | 'mrmcaov' | 'iowa';

/** The conventions in which the programs differ, where the methods leave a choice. */
export interface CompatProfile {
  /** Whether intervals of a single figure of merit are cut at its range. */
  readonly truncatesMeans: boolean;
  /** Whether degrees of freedom are rounded down. */
  readonly floorsDf: boolean;
  /** Degrees of freedom above which the normal distribution is used; null: never. */
  readonly normalAboveDf: number | null;
  /** Whether Cov₂ − Cov₃ is kept from going below 0 with fixed readers too. */
  readonly clipsFixedReaders: boolean;
  /** Weight of a reader in a mean over U-statistics when reads are missing. */
  readonly readerWeights: 'pairs' | 'equal';
}

const PROFILES: Readonly<Record<Compat | 'none', CompatProfile>> = {
  none: {
    truncatesMeans: true,
    floorsDf: false,
    normalAboveDf: null,
    clipsFixedReaders: false,
    readerWeights: 'pairs',
  },
  imrmc: {
    truncatesMeans: false,
    floorsDf: true,
    normalAboveDf: 50,
    clipsFixedReaders: false,
    readerWeights: 'pairs',
  },
  mrmcaov: {
    truncatesMeans: true,
    floorsDf: false,
    normalAboveDf: null,
    clipsFixedReaders: false,
    readerWeights: 'equal',
  },
  iowa: {
    truncatesMeans: false,
    floorsDf: false,
    normalAboveDf: null,
    clipsFixedReaders: true,
    readerWeights: 'equal',
  },
};

/**
 * The conventions of a program; without one, those that lose nothing: exact degrees of freedom,
 * Student's t throughout, intervals of means cut at the figure's range.
 * @throws RangeError if the program is unknown
 */
export function compatProfile(compat: Compat | undefined): CompatProfile {
  const profile = PROFILES[compat ?? 'none'];
  if (profile === undefined || (compat as string) === 'none') {
    throw new RangeError(
      `compatProfile: compat must be imrmc, mrmcaov or iowa, got ${String(compat)}`,
    );
  }
  return profile;
}

/** Degrees of freedom as the profile uses them; null is the normal distribution. */
export function usedDf(df: number, profile: CompatProfile): number | null {
  const { normalAboveDf, floorsDf } = profile;
  if (!Number.isFinite(df) || (normalAboveDf !== null && df >= normalAboveDf)) return null;
  return floorsDf ? Math.max(1, Math.floor(df)) : df;
}
