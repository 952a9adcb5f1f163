import { describe, expect, it } from 'vitest';
import { arrangeReads } from '../../src/mrmc/mrmc-data.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { expectClose } from '../expect-close.ts';
import { sharedIsAbsent } from '../goldens.ts';
import { CODED, goldenJson, goldenRows, goldenStudy } from '../mrmc-goldens.ts';
import { compareOrTables } from './rjafroc-tables.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
type Golden = any;

const close = (actual: unknown, expected: unknown, what: string, tolerance = 1e-9) =>
  expectClose(actual, expected, { what, tolerance });

const STUDIES: readonly (readonly [string, () => Golden])[] = [
  ['vandyke.csv', () => goldenJson('vandyke.rjafroc.expected.json').VanDyke.OR_jackknife],
  ['penedo_roc.csv', () => goldenJson('penedo_roc.expected.json').rjafroc],
];

describe.skipIf(sharedIsAbsent)('RJafroc (skipped: ../shared/data absent)', () => {
  it.each(STUDIES)('%s: Obuchowski-Rockette in three models', (table, load) => {
    const golden = load();
    for (const model of ['RRRC', 'FRRC', 'RRFC'] as const) {
      const result = obuchowskiRockette(goldenStudy(table), { model, compat: 'iowa' });
      compareOrTables(result, golden[model]);
    }
  });

  it('a single reader’s area, as MRMCaov’s stmc has it', () => {
    const golden = goldenJson('vandyke.mrmcaov.expected.json');
    const own = goldenRows('vandyke.csv').filter(
      (row) => row.reader === '1' && row.modality === '1',
    );
    for (const covariance of ['jackknife', 'delong'] as const) {
      const name = covariance === 'delong' ? 'DeLong' : covariance;
      const expected = golden[`stmc.t1.r1.${name}`];
      const options = { covariance, model: 'FRRC' } as const;
      const [mean] = obuchowskiRockette(arrangeReads(own, CODED), options).readerMeans;
      close(mean!.estimate, expected.empirical_auc, 'area');
      close(mean!.se, expected.StdErr, 'se');
      expect(mean!.ci!.lower).toBeCloseTo(expected['CI.Lower'], 10);
      expect(mean!.ci!.upper).toBeCloseTo(expected['CI.Upper'], 10);
    }
  });
});
