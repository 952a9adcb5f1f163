import { forestPlot, formatNumber, rocPlot } from '@mammo/reader-study-stats/report';
import type { PairedEvaluation } from '../paired-evaluation.ts';
import { rocBand } from '../roc-band.ts';
import { type PaperValue, tableOne } from '../table-one.ts';
import { levelText, SHARE_AXIS, shareRow } from './plot-parts.ts';
import { areaQuantity, type Quantity, quantity, rateQuantity } from './quantity.ts';
import type { ReportFigure, ReportSection, ReportTable } from './report-model.ts';

/** Table 1 beside the paper's, its rates as a plot, and the ROC curves behind its areas. */
export function headlineSection(evaluation: PairedEvaluation): ReportSection {
  const { n, threshold, design, method, level } = evaluation;
  return {
    title: 'Table 1: the AI and the attack',
    text: [
      `${n.positives} positive and ${n.negatives} negative images of ${n.patients} patients, each with its fake. A score above ${threshold} is called positive. Fooled: of the images that the AI had right, those that it has wrong after the attack.`,
      `Intervals are at ${levelText(level)}, of rates by method ${method}; ${design === 'clustered' ? 'patients, who have several images, are the independent units' : 'each patient has one image'}. The paper’s numbers are of other images: they stand here for orientation, not as a target.`,
    ],
    tables: [tableOneTable(evaluation)],
    figures: [rocFigure(evaluation), ratesFigure(evaluation)],
  };
}

function tableOneTable(evaluation: PairedEvaluation): ReportTable {
  return {
    id: 'table-1',
    caption: `Table 1 of Zhou et al. 2021 (doi 10.1038/s41467-021-27577-x) from these scores, with ${levelText(evaluation.level)} intervals, beside the paper’s`,
    columns: ['', 'this evaluation', 'paper, 1728×1408', 'paper, 1024×832'],
    rows: tableOne(evaluation).map((row) => [
      row.title,
      row.kind === 'auc' ? areaQuantity(row.value) : rateQuantity(row.value),
      paperQuantity(row.paper.high, row.kind),
      paperQuantity(row.paper.low, row.kind),
    ]),
  };
}

/** A number of the paper; what our copy of it lost is 'not known', never filled in. */
function paperQuantity(paper: PaperValue | null, kind: 'auc' | 'proportion'): Quantity {
  const shown = kind === 'auc' ? 'plain' : 'share';
  if (paper === null) return quantity(shown, null, { status: 'not known' });
  const { value, k, n, inferred } = paper;
  return quantity(shown, value, { k, n, status: inferred ? 'inferred' : 'published' });
}

function rocFigure(evaluation: PairedEvaluation): ReportFigure {
  const { pairs, level, aucReal, aucFakeFlipped } = evaluation;
  return {
    id: 'roc',
    caption: `ROC curves of real images and of fakes with flipped labels. Bands: for every threshold the true point lies in it with a probability of about ${levelText(level)} or more, patients independent.`,
    draw: () =>
      rocPlot(
        [
          {
            name: `real images, AUC ${formatNumber(aucReal.estimate)}`,
            ...rocBand(pairs, { images: 'real', level }),
          },
          {
            name: `fakes, flipped labels, AUC ${formatNumber(aucFakeFlipped.estimate)}`,
            ...rocBand(pairs, { images: 'fake-flipped', level }),
          },
        ],
        { title: 'ROC curves of real images and fakes' },
      ),
  };
}

function ratesFigure(evaluation: PairedEvaluation): ReportFigure {
  return {
    id: 'rates',
    caption: `Rates of Table 1 with ${levelText(evaluation.level)} intervals. Hollow diamonds: the paper’s, at 1728×1408.`,
    draw: () =>
      forestPlot(
        tableOne(evaluation).flatMap((row) => {
          if (row.kind === 'auc') return [];
          const { high } = row.paper;
          const tone = row.id.startsWith('fooled') ? 1 : 0;
          return [{ ...shareRow(row.title, row.value, tone), ...(high && { target: high.value }) }];
        }),
        { title: 'Rates of Table 1', x: SHARE_AXIS },
      ),
  };
}
