import { linePlot } from '@mammo/reader-study-stats/report';
import type { CurveCount, FoolingCurvePoint } from '../fooling-curve.ts';
import type { OperatingPoint, PairedEvaluation } from '../paired-evaluation.ts';
import { DIRECTION_NAMES, DIRECTION_TONES, levelText, SHARE_AXIS } from './plot-parts.ts';
import { type Quantity, quantity, rateQuantity } from './quantity.ts';
import type { ReportFigure, ReportSection, ReportTable } from './report-model.ts';

const DIRECTIONS = ['remove', 'insert', 'both'] as const;

/** The attack at other thresholds. */
export function thresholdSection(evaluation: PairedEvaluation): ReportSection {
  return {
    title: 'Thresholds',
    text: [
      'A low threshold makes positives easy to keep and negatives easy to fool: the rate at one threshold is one point of the curve.',
    ],
    tables: [operatingTable(evaluation)],
    figures: evaluation.curve.length > 0 ? [curveFigure(evaluation)] : [],
  };
}

function operatingTable({ operatingPoints, level }: PairedEvaluation): ReportTable {
  return {
    id: 'operating-points',
    caption: `Operating points with ${levelText(level)} intervals; policies other than "fixed" chose their threshold on other patients`,
    columns: [
      'policy',
      'threshold',
      'sensitivity, real',
      'specificity, real',
      'sensitivity, fakes',
      'specificity, fakes',
      'fooled, removal',
      'fooled, insertion',
      'fooled, both',
    ],
    rows: operatingPoints.map((point) => [
      policyName(point),
      quantity('plain', point.threshold),
      rateQuantity(point.sensitivityBefore),
      rateQuantity(point.specificityBefore),
      rateQuantity(point.sensitivityAfter),
      rateQuantity(point.specificityAfter),
      rateQuantity(point.fooled.remove),
      rateQuantity(point.fooled.insert),
      rateQuantity(point.fooled.both),
    ]),
  };
}

function policyName({ policy, atLeast }: OperatingPoint): string {
  return atLeast === null ? policy : `${policy} at least ${atLeast}`;
}

function curveFigure({ curve, threshold, level }: PairedEvaluation): ReportFigure {
  return {
    id: 'fooling-curve',
    caption: `Fooling rate over thresholds, of the images that are right at each. Bands: Wilson’s ${levelText(level)} intervals, images independent.`,
    draw: () =>
      linePlot(
        DIRECTIONS.filter((direction) => curve.some((point) => point[direction].n > 0)).map(
          (direction) => {
            const known = curve.flatMap((point) => {
              const { rate, lower, upper } = point[direction];
              if (rate === null || lower === null || upper === null) return [];
              return [{ x: point.threshold, y: rate, lower, upper }];
            });
            return {
              name: DIRECTION_NAMES[direction],
              points: known,
              ...(direction !== 'both' && { band: known }),
              tone: DIRECTION_TONES[direction],
            };
          },
        ),
        {
          title: 'Fooling rate over thresholds',
          x: { label: 'threshold', domain: [curve[0]!.threshold, curve.at(-1)!.threshold] },
          y: { ...SHARE_AXIS, label: 'fooled' },
          references: [{ axis: 'x', value: threshold, label: 'evaluated' }],
        },
      ),
    table: {
      id: 'fooling-curve',
      caption: 'Fooling rate by threshold',
      columns: ['threshold', ...DIRECTIONS.map((direction) => DIRECTION_NAMES[direction])],
      rows: curve.map((point: FoolingCurvePoint) => [
        String(point.threshold),
        ...DIRECTIONS.map((direction) => countQuantity(point[direction], level)),
      ]),
    },
  };
}

function countQuantity(count: CurveCount, level: number): Quantity {
  const status = count.n > 0 ? 'ok' : 'empty';
  return quantity('share', count.rate, { ...count, level, method: 'wilson', status });
}
