import type { AccuracyRow, Read } from '@mammo/reader-study-stats';
import {
  type AnswersReport,
  dataTable,
  figure,
  formatInterval,
  type Html,
  html,
  pairedPlot,
} from '@mammo/reader-study-stats/report';

const SHOWN = { real: 'real images', fake: 'synthetic images' } as const;

/** Shares of right answers, a line for each reader and a table of everything. */
export function accuracySection({ accuracies, data }: AnswersReport): Html {
  const pictures = (['real', 'fake'] as const).flatMap((truth) => {
    const all = accuracies.filter((row) => row.truth === truth && row.appearance === 'all');
    const sessions = data.sessions.filter((session) => all.some((row) => row.session === session));
    if (sessions.length === 0) return [];
    const svg = pairedPlot(
      data.readers.map((reader) => {
        const cells = sessions.map((session) => shareOf(all, reader, session));
        return { name: reader, values: cells.map((cell) => cell?.rate ?? null), intervals: cells };
      }),
      {
        title: `Right answers to ${SHOWN[truth]}`,
        conditions: sessions.map((session) => `session ${session}`),
        y: { label: 'share of right answers', domain: [0, 1] },
      },
    );
    return [figure({ svg, caption: `Right answers to ${SHOWN[truth]}, with 95 % intervals.` })];
  });
  return html`<section><h2>Share of right answers</h2>
<div class="columns">${pictures}</div>
${dataTable({
  caption:
    'By reader, session, truth and appearance (Tables 3 and 4 of the paper); Wilson intervals',
  columns: [
    'Reader',
    'Session',
    { label: 'Images', align: 'text' },
    { label: 'Looking', align: 'text' },
    'Right',
    'Share (95 % interval)',
    'Unsure',
  ],
  rows: accuracies.map(cellsOf),
})}</section>`;
}

function shareOf(rows: readonly AccuracyRow[], reader: Read['reader'], session: Read['session']) {
  const row = rows.find((one) => one.reader === reader && one.session === session);
  return row?.accuracy.status === 'ok' ? row.accuracy : null;
}

function cellsOf(row: AccuracyRow): string[] {
  const { accuracy } = row;
  const share = accuracy.status === 'ok' ? formatInterval(accuracy.rate, accuracy) : '–';
  const right = `${accuracy.k} of ${accuracy.n}`;
  const { reader, session, truth, appearance, unsure } = row;
  return [reader, session, truth, appearance, right, share, String(unsure)];
}
