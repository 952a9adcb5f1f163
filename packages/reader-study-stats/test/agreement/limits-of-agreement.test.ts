import { describe, expect, it } from 'vitest';
import { limitsOfAgreement } from '../../src/agreement/limits-of-agreement.ts';
import { close } from './agreement-goldens.ts';

const EXACT = [0.8349168099023228, 7.709539543011185];

describe('limits of agreement', () => {
  const pairs = [
    [1, 2],
    [3, 3],
    [5, 4],
    [8, 7],
  ] as const;

  it('are bias ± 1.96 sd, with the errors of Bland and Altman', () => {
    // differences −1, 0, 1, 1: mean ¼, variance 11/12
    const result = limitsOfAgreement(pairs);
    if (result.status !== 'ok') throw new Error(result.status);
    const sd = Math.sqrt(11 / 12);
    expect(result.estimate).toBe(0.25);
    close(result.sd, sd);
    close(result.lowerLimit.estimate, 0.25 - 1.959963984540054 * sd);
    // t(3) at 0.975 = 3.182446305284263
    const half = 3.182446305284263 * sd * Math.sqrt(1 / 4 + 1.959963984540054 ** 2 / 6);
    close(result.upperLimit.ci.upper, 0.25 + 1.959963984540054 * sd + half);
    close(result.upperLimit.ci.lower, 0.25 + 1.959963984540054 * sd - half);
    close(result.ci.lower, 0.25 - (3.182446305284263 * sd) / 2);
  });

  it('exact intervals are quantiles of noncentral t', () => {
    const result = limitsOfAgreement(pairs, { limitIntervals: 'exact' });
    if (result.status !== 'ok') throw new Error(result.status);
    const { lowerLimit, upperLimit, estimate, sd } = result;
    // scipy.stats.nct.ppf([0.025, 0.975], 3, 1.959963984540054*2)/2
    close(upperLimit.ci.lower, estimate + EXACT[0]! * sd, 1e-8);
    close(upperLimit.ci.upper, estimate + EXACT[1]! * sd, 1e-8);
    close(lowerLimit.ci.lower, estimate - EXACT[1]! * sd, 1e-8);
  });

  it('say when nothing varies, and refuse what is no number', () => {
    expect(
      limitsOfAgreement([
        [1, 2],
        [2, 3],
      ]),
    ).toMatchObject({ status: 'zero-variance', estimate: -1 });
    expect(() => limitsOfAgreement([[1, 2]])).toThrow('there must be at least two pairs, got 1');
    expect(() =>
      limitsOfAgreement([
        [1, 2],
        [1, Number.NaN],
      ]),
    ).toThrow('limitsOfAgreement: measurements must be finite, got 1 and NaN in row 2');
    expect(() => limitsOfAgreement(pairs, { coverage: 1 })).toThrow(
      'coverage must lie between 0 and 1',
    );
  });
});
