import type { RandomEffects } from './random-effects.ts';

/** A random term: a column of text, or the combinations of two. */
export type RandomTerm<Row extends object> =
  | Extract<keyof Row, string>
  | `${Extract<keyof Row, string>}:${Extract<keyof Row, string>}`;

/** The spread of a random factor. */
export interface RandomSpread {
  /** The random term as it was asked for. */
  readonly name: string;
  /** How many levels it has in the rows. */
  readonly levels: number;
  /** Standard deviation of the levels' intercepts, on the scale of the predictor. */
  readonly sd: number;
}

/** Number of rows, and of levels of each factor. */
export function sampleSizes({ rows, factors }: RandomEffects): Readonly<Record<string, number>> {
  const levels = factors.map(({ name, levels }) => [name, levels.length]);
  return { rows, ...Object.fromEntries(levels) };
}

/** Standard deviations by factor, in the order in which the factors were asked for. */
export function randomSpreads(
  { factors }: RandomEffects,
  names: readonly string[],
  sds: Float64Array,
): readonly RandomSpread[] {
  return names.map((name) => {
    const k = factors.findIndex((factor) => factor.name === name);
    return { name, levels: factors[k]!.levels.length, sd: sds[k]! };
  });
}

/** What a fit has to say about spreads estimated as 0. */
export function singularWarnings(spreads: readonly RandomSpread[]): readonly string[] {
  const singular = spreads.filter(({ sd }) => sd === 0).map(({ name }) => name);
  if (singular.length === 0) return [];
  return [`singular fit: the standard deviation of ${singular.join(' and of ')} is estimated as 0`];
}

/** Variances by name. */
export function varianceComponents(
  spreads: readonly RandomSpread[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(spreads.map(({ name, sd }) => [name, sd ** 2]));
}
