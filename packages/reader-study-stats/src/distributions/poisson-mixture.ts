import { logGammaTerm } from './special/incomplete-gamma.ts';
import { fromLogLower, fromLogUpper, type Tails } from './special/tails.ts';

/** Distributions j = 0, 1, 2, … whose lower tails at one point fall in known steps. */
export interface MixtureComponents {
  tails(j: number): Tails;
  /** log of step(j), the lower tail of j less that of j + 1. */
  logStep(j: number): number;
  /** step(j + 1)/step(j). */
  growth(j: number): number;
}

/** Terms smaller than e^−42 of the largest are left out. */
const NEGLIGIBLE = 42;
/** So many terms are summed one by one. */
const MANY = 2000;
/** Above this logarithm of a tail the other one is computed. */
const CLEARLY_BELOW_1 = -0.3;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Both tails of Σⱼ Poisson(j; mean)·component(j), the form of every noncentral distribution. Each side is a sum
 * of positive terms around its own largest one, so extreme tails keep their digits.
 *
 * @param mean of the Poisson weights, > 0
 * @param preferLower which tail is probably the smaller
 */
export function poissonMixture(
  mean: number,
  components: MixtureComponents,
  preferLower: boolean,
): Tails {
  if (components.growth(0) * Math.max(1, mean) < 1e-20) return nearZero(mean, components.tails(0));
  const first = preferLower ? lowerSum(mean, components) : upperSum(mean, components);
  if (first < CLEARLY_BELOW_1) return preferLower ? fromLogLower(first) : fromLogUpper(first);
  return preferLower
    ? fromLogUpper(upperSum(mean, components))
    : fromLogLower(lowerSum(mean, components));
}

/** Only component 0 reaches down to here. */
function nearZero(mean: number, { logLower, upper }: Tails): Tails {
  if (logLower - mean < CLEARLY_BELOW_1) return fromLogLower(logLower - mean);
  return fromLogUpper(Math.log(Math.exp(-mean) * upper - Math.expm1(-mean)));
}

/** log Σ weight·lower tail, downwards in j, where each tail is the one before plus a step. */
function lowerSum(mean: number, { tails, logStep, growth }: MixtureComponents): number {
  const logTerm = (j: number): number => logGammaTerm(mean, j) + tails(j).logLower;
  // Lower tails fall with j: the largest term lies at or below the largest weight.
  const [low, high] = window(logTerm, [0, Math.floor(mean) + 1]);
  if (high - low > MANY) return logIntegral(logTerm, [low, high]);
  let ratio = Math.exp(tails(high).logLower - logStep(high));
  let weight = 1;
  let sum = ratio;
  for (let j = high; j > low; j--) {
    const up = growth(j - 1);
    ratio = ratio * up + 1;
    weight *= j / mean / up;
    sum += weight * ratio;
  }
  const total = logGammaTerm(mean, high) + logStep(high) + Math.log(sum);
  return Number.isFinite(total) ? total : logTerm(high);
}

/** log Σ weight·upper tail, upwards in j. */
function upperSum(mean: number, { tails, logStep, growth }: MixtureComponents): number {
  const logTerm = (j: number): number => logGammaTerm(mean, j) + tails(j).logUpper;
  const mode = Math.floor(mean);
  let reach = 1;
  while (logTerm(mode + 2 * reach) > logTerm(mode + reach)) reach *= 2;
  const [low, high] = window(logTerm, [mode, mode + 2 * reach]);
  if (high - low > MANY) return logIntegral(logTerm, [low, high]);
  let ratio = Math.exp(tails(low).logUpper - logStep(low));
  let weight = 1;
  let sum = ratio;
  for (let j = low; j < high; j++) {
    const up = growth(j);
    ratio = (ratio + 1) / up;
    weight *= (mean / (j + 1)) * up;
    sum += weight * ratio;
  }
  const total = logGammaTerm(mean, low) + logStep(low) + Math.log(sum);
  // Beyond logarithms of about −1e17 the terms differ by less than their rounding.
  return Number.isFinite(total) ? total : logTerm(low);
}

/** log of a sum of so many smooth terms that it is their integral: every so many of them are taken. */
function logIntegral(
  logTerm: (j: number) => number,
  [low, high]: readonly [number, number],
): number {
  const step = (high - low) / 400;
  const logs = Array.from({ length: 401 }, (_, i) => logTerm(low + i * step));
  const top = Math.max(...logs);
  return top + Math.log(step * logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

/**
 * The whole numbers between which terms that rise and then fall are not negligible; the largest lies in the
 * given range and is found by golden sections.
 */
function window(
  logTerm: (j: number) => number,
  [least, most]: readonly [number, number],
): readonly [number, number] {
  let [a, b] = [least, most];
  let [left, right] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
  let [atLeft, atRight] = [logTerm(left), logTerm(right)];
  while (b - a > 1 + 1e-15 * b) {
    if (atLeft < atRight) {
      [a, left, atLeft] = [left, right, atRight];
      right = a + GOLDEN * (b - a);
      atRight = logTerm(right);
    } else {
      [b, right, atRight] = [right, left, atLeft];
      left = b - GOLDEN * (b - a);
      atLeft = logTerm(left);
    }
  }
  const peak = Math.round((a + b) / 2);
  const floor = logTerm(peak) - NEGLIGIBLE;
  let [below, above] = [1, 1];
  while (peak - below > 0 && logTerm(peak - below) > floor) below *= 2;
  while (logTerm(peak + above) > floor) above *= 2;
  return [Math.max(0, peak - below), peak + above];
}
