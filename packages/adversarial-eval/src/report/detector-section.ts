import { forestPlot, formatPercent, rocPlot } from '@mammo/reader-study-stats/report';
import type { EvaluationResults } from '../evaluation-results.ts';
import { levelText } from './plot-parts.ts';
import { areaQuantity, type Quantity, quantity, quantityText, rateQuantity } from './quantity.ts';
import type { ReportFigure, ReportSection, ReportTable } from './report-model.ts';

type Detectors = NonNullable<EvaluationResults['detectors']>;
type NamedDetector = Detectors[number];

/** How well detectors tell fakes from real images; null where there is none. */
export function detectorSection(detectors: Detectors): ReportSection | null {
  if (detectors.length === 0) return null;
  const warnings = detectors.flatMap(({ name, evaluation }) =>
    evaluation.warnings.map((text) => `${name}: ${text}.`),
  );
  return {
    title: 'Detectors',
    text: ['Nothing here tells what an attacker does who knows the detector.', ...warnings],
    tables: [areaTable(detectors), ...pointTables(detectors)],
    figures: [areaFigure(detectors), ...rateFigures(detectors)],
  };
}

function areaTable(detectors: Detectors): ReportTable {
  return {
    id: 'detectors',
    caption:
      'Detectors: area under the ROC curve, fakes being the positives, and fakes found where the evaluated real images themselves set the threshold',
    columns: [
      'detector',
      'real images',
      'fakes',
      'patients',
      'AUC',
      ...ratesOf(detectors).map((rate) => `found at ${formatPercent(rate, 0)} false alarms`),
    ],
    rows: detectors.map(({ name, evaluation }) => [
      name,
      quantity('plain', evaluation.n.real),
      quantity('plain', evaluation.n.fake),
      quantity('plain', evaluation.n.patients),
      areaQuantity(evaluation.auc),
      ...ratesOf(detectors).map((rate) => empiricalQuantity(evaluation, rate)),
    ]),
  };
}

/** What happens at thresholds that were chosen on other patients, where there are any. */
function pointTables(detectors: Detectors): readonly ReportTable[] {
  const rows = detectors.flatMap(({ name, evaluation }) =>
    evaluation.points.map(({ falseAlarmRate, status, threshold, falseAlarms, detected }) => {
      const asked = `${name}, ${formatPercent(falseAlarmRate, 0)} false alarms`;
      const rate = (of: typeof detected): Quantity =>
        of ? rateQuantity(of) : quantity('share', null, { status });
      return [
        asked,
        quantity('plain', threshold, { status }),
        rate(falseAlarms),
        rate(detected),
      ] as const;
    }),
  );
  if (rows.length === 0) return [];
  return [
    {
      id: 'detection-points',
      caption: 'Detectors at thresholds that were chosen on real images of other patients',
      columns: ['detector, asked for', 'threshold', 'false alarms', 'fakes found'],
      rows,
    },
  ];
}

function areaFigure(detectors: Detectors): ReportFigure {
  return {
    id: 'detectors',
    caption: `Areas under the ROC curves of the detectors with ${levelText(detectors[0]!.evaluation.level)} intervals; the line is chance.`,
    draw: () =>
      forestPlot(
        detectors.map(({ name, evaluation: { auc } }) => ({
          name,
          estimate: auc.estimate,
          lower: auc.ci?.lower ?? null,
          upper: auc.ci?.upper ?? null,
          text: quantityText(areaQuantity(auc)),
        })),
        {
          title: 'Areas of the detectors',
          x: { label: 'AUC, fakes against real images', domain: [0, 1] },
          references: [{ value: 0.5 }],
        },
      ),
  };
}

/** Points of the detectors' ROC curves; none if no detector has one. */
function rateFigures(detectors: Detectors): readonly ReportFigure[] {
  const series = detectors.flatMap(({ name, evaluation }) => {
    const points = evaluation.empirical.flatMap(({ falseAlarmRate, rate }) =>
      rate === null ? [] : [{ falsePositiveRate: falseAlarmRate, truePositiveRate: rate }],
    );
    return points.length > 0 ? [{ name, points, draw: 'marks' as const }] : [];
  });
  if (series.length === 0) return [];
  return [
    {
      id: 'detector-roc',
      caption: 'Fakes that each detector finds, over the rate of false alarms that was allowed.',
      draw: () =>
        rocPlot(series, {
          title: 'Fakes found over false alarms',
          xLabel: 'false alarms',
          yLabel: 'fakes found',
        }),
    },
  ];
}

function ratesOf(detectors: Detectors): readonly number[] {
  const rates = detectors.flatMap(({ evaluation }) =>
    evaluation.empirical.map(({ falseAlarmRate }) => falseAlarmRate),
  );
  return [...new Set(rates)].sort((a, b) => a - b);
}

function empiricalQuantity({ empirical }: NamedDetector['evaluation'], rate: number): Quantity {
  const found = empirical.find(({ falseAlarmRate }) => falseAlarmRate === rate);
  return found ? quantity('share', found.rate, found) : quantity('share', null);
}
