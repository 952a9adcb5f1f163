import { type ForestRow, forestPlot } from '@mammo/reader-study-stats/report';
import type { PairedEvaluation, Stratum } from '../paired-evaluation.ts';
import { DIRECTION_TONES, levelText, SHARE_AXIS, shareRow } from './plot-parts.ts';
import { areaQuantity, quantity, rateQuantity } from './quantity.ts';
import type { ReportSection } from './report-model.ts';

/** Fooling rates within strata, or null where records name none. */
export function strataSection({ strata, fooled, level }: PairedEvaluation): ReportSection | null {
  if (strata.length === 0) return null;
  return {
    title: 'Strata',
    text: ['Nothing is corrected for looking at many strata.'],
    tables: [
      {
        id: 'strata',
        caption: `Fooling rates and areas by stratum, with ${levelText(level)} intervals`,
        columns: [
          'stratum',
          'images',
          'patients',
          'fooled, removal',
          'fooled, insertion',
          'fooled, both',
          'AUC, real',
          'AUC, fakes with flipped labels',
        ],
        rows: strata.map((stratum) => [
          `${stratum.name}: ${valueName(stratum)}`,
          quantity('plain', stratum.n.pairs),
          quantity('plain', stratum.n.patients),
          rateQuantity(stratum.fooled.remove),
          rateQuantity(stratum.fooled.insert),
          rateQuantity(stratum.fooled.both),
          areaQuantity(stratum.aucReal),
          areaQuantity(stratum.aucFakeFlipped),
        ]),
      },
    ],
    figures: [
      {
        id: 'strata',
        caption: `Fooled by stratum, of the images that were right, with ${levelText(level)} intervals; the line is the rate of all.`,
        draw: () =>
          forestPlot(
            [
              ...[...new Set(strata.map(({ name }) => name))].flatMap((name) =>
                groupRows(
                  name,
                  strata.filter((stratum) => stratum.name === name),
                ),
              ),
              { ...shareRow('all', fooled.both, DIRECTION_TONES.both), kind: 'summary' as const },
            ],
            {
              title: 'Fooled by stratum',
              x: SHARE_AXIS,
              references: fooled.both.rate === null ? [] : [{ value: fooled.both.rate }],
            },
          ),
      },
    ],
  };
}

function groupRows(name: string, strata: readonly Stratum[]): readonly ForestRow[] {
  const heading: ForestRow = { name, estimate: null, lower: null, upper: null, kind: 'heading' };
  const rows = strata.map((stratum) =>
    shareRow(valueName(stratum), stratum.fooled.both, DIRECTION_TONES.both),
  );
  return [heading, ...rows];
}

function valueName({ value }: Stratum): string {
  return value ?? '(not said)';
}
