import { bilinear } from './design-products.ts';

/** The covariance C = σ²·(Xᵀ·V⁻¹·X)⁻¹ of coefficients, and what is known of its own error. */
export interface UncertainCovariance {
  /** C, row-major. */
  readonly covariance: Float64Array;
  /** ∂C/∂ψ for every variance parameter ψ, row-major. */
  readonly slopes: readonly Float64Array[];
  /** The covariance of the estimates of ψ, row-major. */
  readonly parameters: Float64Array;
}

/**
 * Satterthwaite's degrees of freedom of a combination l of coefficients: those of the χ² with the mean
 * and the variance of lᵀCl,
 *
 * df = 2·(lᵀCl)²/(gᵀ·A·g), gₖ = lᵀ·∂C/∂ψₖ·l, A the covariance of the variance parameters.
 *
 * @returns null, which stands for the normal distribution, if lᵀCl has no error
 * @see Satterthwaite 1946, Biometrics Bull 2:110, doi 10.2307/3002019
 * @see Kuznetsova, Brockhoff and Christensen 2017, J Stat Softw 82(13), doi 10.18637/jss.v082.i13
 */
export function satterthwaiteDf(
  { covariance, slopes, parameters }: UncertainCovariance,
  weights: Float64Array,
): number | null {
  const gradient = Float64Array.from(slopes, (slope) => bilinear(weights, slope, weights));
  const variance = bilinear(weights, covariance, weights);
  const error = bilinear(gradient, parameters, gradient);
  return error > 0 ? (2 * variance ** 2) / error : null;
}
