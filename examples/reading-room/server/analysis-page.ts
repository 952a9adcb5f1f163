import {
  type AccuracyRow,
  type Read,
  readerAccuracies,
  readingTimes,
} from '@mammo/reader-study-stats';
import {
  dataTable,
  figure,
  formatInterval,
  formatNumber,
  type Html,
  html,
  page,
  pairedPlot,
} from '@mammo/reader-study-stats/report';
import { changeSection } from './analysis-changes.ts';
import { rocSection } from './analysis-roc.ts';
import { distinct, UNSURE } from './study-reads.ts';

/** The headers of a page without scripts whose styles are in it; nothing else may be loaded. */
export const ANALYSIS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The finished study as one page without scripts: accuracies, what changed between sessions, ROC, times. */
export function analysisPage(name: string, reads: readonly Read[]): string {
  const sections =
    reads.length === 0
      ? html`<p>No image was read.</p>`
      : html`${accuracySection(reads)}${changeSection(reads)}${rocSection(reads)}${timeSection(reads)}`;
  return page(
    name,
    html`<h1>${name}</h1>
<p class="lead">${reads.length} answers of ${distinct(reads, 'reader').length} readers. “Unsure” counts as a wrong answer, unless said otherwise.</p>
${sections}
<p class="note">Zhou et al. 2021, doi 10.1038/s41467-021-27577-x. Answers of one reader are treated as independent. Research software, not a medical device.</p>`,
  );
}

const SHOWN = { real: 'real images', fake: 'synthetic images' } as const;

function accuracySection(reads: readonly Read[]): Html {
  const rows = readerAccuracies(reads, { unsure: UNSURE });
  const [readers, sessions] = [distinct(reads, 'reader'), distinct(reads, 'session')];
  const cellOf = (truth: Read['truth'], reader: string, session: string) => {
    const row = rows.find(
      (one) =>
        one.truth === truth &&
        one.reader === reader &&
        one.session === session &&
        one.appearance === 'all',
    );
    return row?.accuracy.status === 'ok' ? row.accuracy : null;
  };
  const pictures = (['real', 'fake'] as const).flatMap((truth) => {
    const shown = sessions.filter((session) =>
      readers.some((reader) => cellOf(truth, reader, session)),
    );
    if (shown.length === 0) return [];
    const svg = pairedPlot(
      readers.map((reader) => {
        const cells = shown.map((session) => cellOf(truth, reader, session));
        return {
          name: reader,
          values: cells.map((cell) => cell?.rate ?? null),
          intervals: cells,
        };
      }),
      {
        title: `Right answers to ${SHOWN[truth]}`,
        conditions: shown.map((session) => `session ${session}`),
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
  rows: rows.map(accuracyCells),
})}</section>`;
}

function accuracyCells(row: AccuracyRow): string[] {
  const { accuracy } = row;
  const share = accuracy.status === 'ok' ? formatInterval(accuracy.rate, accuracy) : '–';
  return [
    row.reader,
    row.session,
    row.truth,
    row.appearance,
    `${accuracy.k} of ${accuracy.n}`,
    share,
    String(row.unsure),
  ];
}

function timeSection(reads: readonly Read[]): Html {
  const times = readingTimes(reads);
  const sessions = distinct(reads, 'session');
  const svg = pairedPlot(
    distinct(reads, 'reader').map((reader) => ({
      name: reader,
      values: sessions.map(
        (session) =>
          times.find((time) => time.reader === reader && time.session === session)?.medianSeconds ??
          null,
      ),
    })),
    {
      title: 'Reading time',
      conditions: sessions.map((session) => `session ${session}`),
      y: { label: 'median, seconds' },
    },
  );
  return html`<section><h2>Reading time</h2>
${figure({
  svg,
  caption: 'Median time for which an image was on the screen; pauses do not count.',
  table: {
    columns: ['Reader', 'Session', 'Images', 'Minutes', 'Median, s', 'Geometric mean, s'],
    rows: times.map((time) => [
      time.reader,
      time.session,
      String(time.timed),
      formatNumber(time.totalMinutes, 1),
      formatNumber(time.medianSeconds, 1),
      formatNumber(time.geometricMeanSeconds, 1),
    ]),
  },
})}</section>`;
}
