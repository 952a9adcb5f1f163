import { linePlot } from '@mammo/reader-study-stats/report';
import type { BudgetCurve } from '../budget-curve.ts';
import { DIRECTION_NAMES, DIRECTION_TONES, levelText, SHARE_AXIS } from './plot-parts.ts';
import { meanQuantity, quantity, rateQuantity } from './quantity.ts';
import type { ReportSection } from './report-model.ts';

const DIRECTIONS = ['remove', 'insert', 'both'] as const;

/** Fooling rates by the size of change that the attack was allowed. */
export function budgetSection(budget: BudgetCurve): ReportSection {
  const { attackIds, points, area, median, decreasesAt, level } = budget;
  const doubt =
    decreasesAt.length > 0
      ? [
          `At ${decreasesAt.join(', ')} fewer are fooled than at the budget below: an attack that works would not do that.`,
        ]
      : [];
  return {
    title: 'Budget of the attack',
    text: [`Attack ${attackIds.join(', ')}, evaluated at threshold ${budget.threshold}.`, ...doubt],
    tables: [
      {
        id: 'budget',
        caption: `Fooling rate by budget ε, with ${levelText(level)} intervals`,
        columns: ['ε', ...DIRECTIONS.map((direction) => `fooled, ${DIRECTION_NAMES[direction]}`)],
        rows: points.map(({ epsilon, fooled }) => [
          String(epsilon),
          ...DIRECTIONS.map((direction) => rateQuantity(fooled[direction])),
        ]),
      },
      {
        id: 'budget-summary',
        caption: 'The budget curve in numbers',
        columns: ['', 'value'],
        rows: [
          [
            'median budget: the least that fools half of the images',
            quantity('plain', median.estimate, { ...median, n: null }),
          ],
          ['images that no budget fooled', quantity('plain', median.neverFooled)],
          ...(area
            ? [['mean fooling rate up to the greatest budget', meanQuantity(area)] as const]
            : []),
        ],
      },
    ],
    figures: [
      {
        id: 'budget',
        caption: `Fooling rate over the budget ε; bands: ${levelText(level)} intervals of method ${budget.method}.`,
        draw: () =>
          linePlot(
            DIRECTIONS.map((direction) => {
              const known = points.flatMap(({ epsilon, fooled }) => {
                const { rate, lower, upper } = fooled[direction];
                return rate === null ? [] : [{ x: epsilon, y: rate, lower, upper }];
              });
              return {
                name: DIRECTION_NAMES[direction],
                points: known,
                ...(direction !== 'both' && { band: known }),
                draw: 'line-and-marks' as const,
                tone: DIRECTION_TONES[direction],
              };
            }),
            {
              title: 'Fooling rate over the budget',
              x: { label: 'budget ε' },
              y: { ...SHARE_AXIS, label: 'fooled' },
            },
          ),
      },
    ],
  };
}
