import type { Read } from '@mammo/reader-study-stats';
import {
  type AnswersReport,
  analyzeAnswers,
  figure,
  formatNumber,
  type Html,
  html,
  page,
  pairedPlot,
} from '@mammo/reader-study-stats/report';
import { accuracySection } from './analysis-accuracy.ts';
import { changeSection } from './analysis-changes.ts';
import { rocSection } from './analysis-roc.ts';
import { comparedSessions } from './study-reads.ts';

/** The headers of a page without scripts whose styles are in it; nothing else may be loaded. */
export const ANALYSIS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The finished study as one page without scripts: accuracies, what changed between sessions, ROC, times. */
export function analysisPage(name: string, reads: readonly Read[]): string {
  return page(
    name,
    html`<h1>${name}</h1>
${reads.length === 0 ? html`<p>No image was read.</p>` : sectionsOf(name, reads)}
<p class="note">Zhou et al. 2021, doi 10.1038/s41467-021-27577-x. Answers of one reader are treated as independent. Research software, not a medical device.</p>`,
  );
}

function sectionsOf(title: string, reads: readonly Read[]): Html {
  const compare = comparedSessions(reads);
  const report = analyzeAnswers(reads, {
    title,
    analysis: 'answers',
    unsure: { policy: 'incorrect' },
    ...(compare && { compare }),
  });
  return html`<p class="lead">${reads.length} answers of ${report.data.readers.length} readers. “Unsure” counts as a wrong answer, unless said otherwise.</p>
${accuracySection(report)}${changeSection(report)}${rocSection(reads)}${timeSection(report)}`;
}

function timeSection({ times, data }: AnswersReport): Html {
  const longest = Math.max(...times.map(({ medianSeconds }) => medianSeconds));
  const svg = pairedPlot(
    data.readers.map((reader) => ({
      name: reader,
      values: data.sessions.map((session) => {
        const time = times.find((one) => one.reader === reader && one.session === session);
        return time?.medianSeconds ?? null;
      }),
    })),
    {
      title: 'Reading time',
      conditions: data.sessions.map((session) => `session ${session}`),
      y: { label: 'median, seconds', ...(longest > 0 && { domain: [0, longest] as const }) },
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
