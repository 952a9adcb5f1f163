import {
  arrangeReads,
  deLongInterval,
  type Read,
  rocCurve,
  uStatisticAnalysis,
  validateRows,
} from '@mammo/reader-study-stats';
import {
  dataTable,
  figure,
  formatInterval,
  formatNumber,
  formatPValue,
  type Html,
  html,
  rocPlot,
} from '@mammo/reader-study-stats/report';
import { CODING, RATINGS, ratedRows } from './ratings.ts';
import { distinct, mixedSessions } from './study-reads.ts';

/** How well synthetic images are told from real ones, the three answers taken as ratings; nothing where no session has both. */
export function rocSection(reads: readonly Read[]): Html | undefined {
  const sessions = mixedSessions(reads);
  if (sessions.length === 0) return undefined;
  return html`<section><h2>ROC</h2>
<p>The answers as ratings: real, unsure, not real. An area of 0.5 is guessing.</p>
<div class="columns">${sessions.map((session) => sessionFigure(reads, session))}</div>
${allReaders(reads.filter((read) => sessions.includes(read.session)))}</section>`;
}

function sessionFigure(reads: readonly Read[], session: string): Html {
  const curves = distinct(reads, 'reader').flatMap((reader) => {
    const own = reads.filter((read) => read.session === session && read.reader === reader);
    const scores = own.map(({ label }) => RATINGS[label]);
    const labels = own.map(({ truth }) => (truth === 'fake' ? 'positive' : 'negative'));
    if (new Set(labels).size < 2) return [];
    return [{ reader, points: rocCurve(scores, labels), area: deLongInterval(scores, labels) }];
  });
  const svg = rocPlot(
    curves.map(({ reader, points, area }) => ({
      name: `${reader}, ${formatNumber(area.estimate, 2)}`,
      points,
    })),
    { title: `ROC of session ${session}` },
  );
  return figure({
    svg,
    caption: `Session ${session}: each reader with the area under the curve.`,
    table: {
      caption: 'DeLong intervals',
      columns: ['Reader', 'Area (95 % interval)'],
      rows: curves.map(({ reader, area }) => [reader, formatInterval(area.estimate, area.ci)]),
    },
  });
}

/** Means over readers and their differences, readers and cases both random. */
function allReaders(reads: readonly Read[]): Html | undefined {
  const rows = ratedRows(reads);
  const options = { ...CODING, factor: 'session' } as const;
  if (validateRows(rows, options).length > 0) return undefined; // a study that was closed half read
  const { means, differences } = uStatisticAnalysis(arrangeReads(rows, options));
  const lines = [
    ...means.map((mean) => ({ name: `session ${mean.test}`, result: mean })),
    ...differences.map((difference) => ({
      name: `session ${difference.first} − session ${difference.second}`,
      result: difference,
    })),
  ];
  return dataTable({
    caption:
      'All readers; readers and images random (U-statistics, Gallas et al. 2009); areas against 0.5, differences against 0',
    columns: ['Area', 'Estimate (95 % interval)', 'p', { label: 'Status', align: 'text' }],
    rows: lines.map(({ name, result }) => [
      name,
      formatInterval(result.estimate, result.ci),
      formatPValue(result.pValue),
      result.status,
    ]),
  });
}
