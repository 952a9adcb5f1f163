import { type ForestRow, forestPlot } from '@mammo/reader-study-stats/report';
import type { TransferCell, TransferMatrix } from '../transfer-matrix.ts';
import { levelText, SHARE_AXIS, shareRow } from './plot-parts.ts';
import { type Quantity, quantity, rateQuantity } from './quantity.ts';
import type { ReportSection, ReportTable } from './report-model.ts';

/** Whether fakes that were made against one model fool another. */
export function transferSection(transfer: TransferMatrix): ReportSection {
  const { level, thresholds } = transfer;
  const used = Object.entries(thresholds).map(([victim, value]) => `${victim} ${value}`);
  return {
    title: 'Transfer between models',
    text: [`Thresholds: ${used.join(', ')}.`],
    tables: [
      matrixTable(transfer, {
        id: 'transfer',
        caption: `Fooled, of the images that the attacked model (column) had right, by fakes made against the model of the row; ${levelText(level)} intervals`,
        of: ({ fooled }) => rateQuantity(fooled.both),
      }),
      matrixTable(transfer, {
        id: 'transferred',
        caption:
          'Transferred: of the fakes that fooled the model of the row, those that fool the model of the column too, where it had the real image right',
        of: ({ transferred }) => rateQuantity(transferred),
      }),
    ],
    figures: [
      {
        id: 'transfer',
        caption: `Fooled by fakes that were made against each model, with ${levelText(level)} intervals; the model’s own victim in another colour.`,
        draw: () =>
          forestPlot(
            transfer.craftedOn.flatMap((source) => sourceRows(transfer, source)),
            {
              title: 'Transfer between models',
              x: SHARE_AXIS,
            },
          ),
      },
    ],
  };
}

function matrixTable(
  { craftedOn, victims, cells }: TransferMatrix,
  content: {
    readonly id: string;
    readonly caption: string;
    readonly of: (cell: TransferCell) => Quantity;
  },
): ReportTable {
  const cellAt = (source: string, victim: string): Quantity => {
    const cell = cells.find((one) => one.craftedOn === source && one.victimId === victim);
    return cell ? content.of(cell) : quantity('share', null);
  };
  return {
    id: content.id,
    caption: content.caption,
    columns: ['made against', ...victims],
    rows: craftedOn.map((source) => [source, ...victims.map((victim) => cellAt(source, victim))]),
  };
}

function sourceRows({ cells }: TransferMatrix, source: string): readonly ForestRow[] {
  const heading: ForestRow = {
    name: `made against ${source}`,
    estimate: null,
    lower: null,
    upper: null,
    kind: 'heading',
  };
  const rows = cells
    .filter(({ craftedOn }) => craftedOn === source)
    .map(({ victimId, fooled }) => shareRow(victimId, fooled.both, victimId === source ? 1 : 0));
  return [heading, ...rows];
}
