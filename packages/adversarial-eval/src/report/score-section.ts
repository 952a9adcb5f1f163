import { linePlot } from '@mammo/reader-study-stats/report';
import type { BeforeAfter, EvaluatedPair, PairedEvaluation } from '../paired-evaluation.ts';
import { DIRECTION_NAMES, DIRECTION_TONES } from './plot-parts.ts';
import { meanQuantity, quantity, rateQuantity } from './quantity.ts';
import type { ReportFigure, ReportSection, ReportTable } from './report-model.ts';

const DIRECTIONS = ['remove', 'insert'] as const;

/** Marks of a direction in the plot of scores: more would hide each other. */
const MOST_MARKS = 1000;

/** What the attack did to the scores, and to sensitivity and specificity. */
export function scoreSection(evaluation: PairedEvaluation): ReportSection {
  return {
    title: 'Scores before and after the attack',
    text: [],
    tables: [beforeAfterTable(evaluation), shiftTable(evaluation)],
    figures: [scoreFigure(evaluation)],
  };
}

function beforeAfterTable({ sensitivity, specificity }: PairedEvaluation): ReportTable {
  const row = (name: string, value: BeforeAfter): ReportTable['rows'][number] => {
    const { before, after, difference, mcNemar } = value;
    return [
      name,
      rateQuantity(before),
      rateQuantity(after),
      meanQuantity(difference),
      quantity('p-value', difference.pValue, { status: difference.status }),
      quantity('p-value', mcNemar.pValue, { status: mcNemar.status }),
    ];
  };
  return {
    id: 'before-after',
    caption:
      'Sensitivity and specificity before and after, original labels; p: after = before, of clustered pairs, and McNemar’s exact (images independent)',
    columns: ['', 'real images', 'fakes', 'difference', 'p, patients', 'p, McNemar'],
    rows: [row('sensitivity', sensitivity), row('specificity', specificity)],
  };
}

function shiftTable({ scoreShift }: PairedEvaluation): ReportTable {
  return {
    id: 'score-shift',
    caption: 'Scores of real images and of their fakes; shift: fake minus real',
    columns: [
      '',
      'images',
      'mean, real',
      'mean, fakes',
      'mean shift',
      'median shift',
      'least shift',
      'greatest shift',
      'moved as intended',
    ],
    rows: DIRECTIONS.map((direction) => {
      const shift = scoreShift[direction];
      return [
        DIRECTION_NAMES[direction],
        quantity('plain', shift.n),
        quantity('score', shift.meanBefore),
        quantity('score', shift.meanAfter),
        meanQuantity(shift.test),
        quantity('score', shift.median),
        quantity('score', shift.least),
        quantity('score', shift.greatest),
        rateQuantity(shift.asIntended),
      ];
    }),
  };
}

function scoreFigure({ pairs, threshold }: PairedEvaluation): ReportFigure {
  const series = DIRECTIONS.map((direction) => {
    const members = pairs.filter((pair) => pair.direction === direction);
    return { direction, count: members.length, shown: evenly(members) };
  });
  const partly = series
    .filter(({ count, shown }) => shown.length < count)
    .map(({ direction, count, shown }) => `${shown.length} of ${count} in ${direction}`);
  return {
    id: 'paired-scores',
    caption: `Each pair’s score before and after. Upper left: negatives that became positive; lower right: positives that became negative. On the diagonal nothing changed.${partly.length > 0 ? ` Shown are ${partly.join(', ')}, evenly spaced.` : ''}`,
    draw: () =>
      linePlot(
        series.map(({ direction, count, shown }) => ({
          name: `${DIRECTION_NAMES[direction]}, ${count} pairs`,
          points: shown.map(({ scoreReal, scoreFake }) => ({ x: scoreReal, y: scoreFake })),
          draw: 'marks' as const,
          markArea: 20,
          tone: DIRECTION_TONES[direction],
        })),
        {
          title: 'Scores of real images and their fakes',
          x: { label: 'score of the real image', ...domainOf(pairs) },
          y: { label: 'score of the fake', ...domainOf(pairs) },
          references: [
            { axis: 'x', value: threshold, label: 'threshold' },
            { axis: 'y', value: threshold },
            { axis: 'diagonal' },
          ],
          width: 420,
          height: 404,
        },
      ),
  };
}

function evenly(pairs: readonly EvaluatedPair[]): readonly EvaluatedPair[] {
  const step = Math.ceil(pairs.length / MOST_MARKS);
  return step <= 1 ? pairs : pairs.filter((_, i) => i % step === 0);
}

/** Both axes alike: [0, 1] for probabilities, else what there is. */
function domainOf(pairs: readonly EvaluatedPair[]): { readonly domain: readonly [number, number] } {
  let [least, most] = [0, 1];
  for (const { scoreReal, scoreFake } of pairs) {
    least = Math.min(least, scoreReal, scoreFake);
    most = Math.max(most, scoreReal, scoreFake);
  }
  return { domain: [least, most] };
}
