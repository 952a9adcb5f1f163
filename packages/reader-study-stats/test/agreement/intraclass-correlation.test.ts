import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IccForm, intraclassCorrelation } from '../../src/agreement/intraclass-correlation.ts';
import { close, goldens } from './agreement-goldens.ts';

describe('intraclass correlation', () => {
  const golden = goldens.shrout_fleiss_1979;
  const forms: IccForm[] = ['1,1', '2,1', '3,1', '1,k', '2,k', '3,k'];

  it.each(forms)('ICC(%s) agrees with psych', (form) => {
    const i = forms.indexOf(form);
    const result = intraclassCorrelation(golden.data_rows, { form });
    if (result.status !== 'ok') throw new Error(result.status);
    close(result.estimate, golden.ICC[i]);
    close(result.statistic, golden.F[i]);
    expect(result.df).toEqual([golden.df1[i], golden.df2[i]]);
    close(result.pValue, golden.p[i]);
    close(result.ci.lower, golden['lower bound'][i]);
    close(result.ci.upper, golden['upper bound'][i]);
  });

  it('says why there is no F', () => {
    expect(
      intraclassCorrelation(
        [
          [1, 1],
          [1, 1],
        ],
        { form: '2,1' },
      ).status,
    ).toBe('zero-variance');
    expect(
      intraclassCorrelation(
        [
          [1, 2],
          [2, 3],
        ],
        { form: '3,1' },
      ),
    ).toMatchObject({
      status: 'zero-error',
      estimate: 1,
    });
  });

  // Satterthwaite's two parts cancel to 0 degrees of freedom.
  const CANCELLING = [
    [0, 1, -5.416684045744802e-10, 0],
    [0, 0, 1, 0],
  ];

  it('knows no NaN', () => {
    const rating = fc.oneof(
      fc.integer({ min: 0, max: 3 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    );
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((k) =>
        fc.array(fc.array(rating, { minLength: k, maxLength: k }), { minLength: 2, maxLength: 6 }),
      );
    fc.assert(
      fc.property(table, (ratings) => {
        for (const form of forms) {
          const result = intraclassCorrelation(ratings, { form });
          const { estimate, ci, pValue } = result;
          for (const value of [estimate, ci?.lower, ci?.upper, pValue]) {
            if (value != null) expect(Number.isFinite(value)).toBe(true);
          }
        }
      }),
      { examples: [[CANCELLING]] },
    );
  });

  it('refuses missing ratings and single raters', () => {
    expect(() => intraclassCorrelation([[1], [2]], { form: '1,1' })).toThrow(
      'there must be at least two subjects and two raters, got 2 and 1',
    );
    expect(() =>
      intraclassCorrelation(
        [
          [1, 2],
          [2, Number.NaN],
        ],
        { form: '1,1' },
      ),
    ).toThrow('every row must have 2 finite ratings, got 2, NaN in row 2');
  });
});
