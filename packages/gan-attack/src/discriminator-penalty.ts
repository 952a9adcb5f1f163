const PAPER_HEIGHT = 1728;
const PAPER_WEIGHT = 10;

/**
 * The weight k of the discriminator's gradient penalty (equation 6) where none is given:
 *
 *     k = 10 · (height / 1728)⁴
 *
 * The paper's at the paper's height, less for smaller images: the same function has an input gradient whose norm grows
 * as images shrink, and a penalty of its fourth power would keep the discriminator from learning at all.
 *
 * @param height - rows of the images
 * @example
 * ```ts
 * defaultDiscriminatorPenalty(1728); // => 10
 * ```
 * @see Zhou et al. (2021), equation (6), doi 10.1038/s41467-021-27577-x
 */
export function defaultDiscriminatorPenalty(height: number): number {
  return PAPER_WEIGHT * (height / PAPER_HEIGHT) ** 4;
}
