import { betaQuantile, betaSf } from './beta.ts';

/**
 * P(F′ > f) of the noncentral F distribution, the power of an F-test whose critical value is f: the
 * Poisson mixture Σⱼ e^(−λ/2)(λ/2)ʲ/j! · P(Beta(d₁/2 + j, d₂/2) > x), x = d₁f/(d₁f + d₂), summed outwards
 * from its largest term.
 *
 * @param f ≥ 0
 * @param df numerator and denominator degrees of freedom, > 0
 * @param noncentrality λ ≥ 0
 * @throws RangeError if an argument is outside its range
 * @see Johnson, Kotz and Balakrishnan 1995, Continuous Univariate Distributions 2, section 30.2
 */
export function noncentralFSf(
  f: number,
  df: readonly [number, number],
  noncentrality: number,
): number {
  const [numerator, denominator] = df;
  if (!(f >= 0 && numerator > 0 && denominator > 0 && noncentrality >= 0)) {
    throw new RangeError(
      `noncentralFSf: f, df and noncentrality must be positive, got ${f}, ${df.join(', ')}, ${noncentrality}`,
    );
  }
  if (f === 0) return 1;
  const x = (numerator * f) / (numerator * f + denominator);
  const tail = (j: number) => betaSf(x, numerator / 2 + j, denominator / 2);
  if (noncentrality === 0) return tail(0);
  const mean = noncentrality / 2;
  const mode = Math.floor(mean);
  const atMode = Math.exp(mode * Math.log(mean) - mean - logFactorial(mode));
  let sum = atMode * tail(mode);
  let weight = atMode;
  for (let j = mode + 1; ; j++) {
    weight *= mean / j;
    const term = weight * tail(j);
    sum += term;
    if (term < NEGLIGIBLE * sum) break;
  }
  weight = atMode;
  for (let j = mode; j > 0; j--) {
    weight *= j / mean;
    const term = weight * tail(j - 1);
    sum += term;
    if (term < NEGLIGIBLE * sum) break;
  }
  return Math.min(1, sum);
}

const NEGLIGIBLE = 2 ** -56;

/**
 * The f with P(F > f) = tail: the critical value of an F-test at level `tail`.
 * @throws RangeError if tail is outside (0, 1)
 */
export function fUpperQuantile(tail: number, df: readonly [number, number]): number {
  if (!(tail > 0 && tail < 1)) {
    throw new RangeError(`fUpperQuantile: tail must lie between 0 and 1, got ${tail}`);
  }
  const [numerator, denominator] = df;
  const y = betaQuantile(tail, denominator / 2, numerator / 2);
  return (denominator * (1 - y)) / (numerator * y);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log(k);
  return sum;
}
