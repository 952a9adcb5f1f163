import type { AccuracyRow } from '../answers/accuracy.ts';
import { forestPlot } from '../report/forest-plot.ts';
import { formatInterval, formatNumber, formatPValue } from '../report/format.ts';
import { pairedPlot } from '../report/paired-plot.ts';
import type { TextTable } from '../report/text-table.ts';
import type { AnswersReport } from './analyze-answers.ts';
import type { ReportContent, ReportSection } from './report-section.ts';

const TRUTHS = { real: 'real images', fake: 'fake images' } as const;

/** The parts of a report of answers, every number from the report itself. */
export function answersContent(report: AnswersReport): ReportContent {
  const { title, method, warnings, references, data } = report;
  const sections: ReportSection[] = [
    {
      heading: 'Data',
      tables: [
        {
          columns: ['of the study', { label: 'value', align: 'text' }],
          rows: [
            ['answers', String(data.reads)],
            ['readers', `${data.readers.length}: ${data.readers.join(', ')}`],
            ['sessions', data.sessions.join(', ')],
            ['images', String(data.images)],
          ],
        },
      ],
    },
    accuracySection(report),
  ];
  if (report.comparisons.length > 0) sections.push(comparisonSection(report));
  if (report.effects.length > 0) sections.push(effectSection(report));
  if (report.detection.length > 0) sections.push(detectionSection(report));
  if (report.times.length > 0) sections.push(timeSection(report));
  return { title, lead: method, warnings, sections, references };
}

function accuracySection({ accuracies, data }: AnswersReport): ReportSection {
  const level = accuracies.find(({ accuracy }) => accuracy.status === 'ok')?.accuracy;
  const percent = level?.status === 'ok' ? `${Math.round(100 * level.level)} % ` : '';
  const table: TextTable = {
    caption: 'Right answers',
    columns: [
      'reader',
      'session',
      { label: 'truth', align: 'text' },
      { label: 'looks', align: 'text' },
      'shown',
      'unsure',
      `accuracy (${percent}interval)`,
    ],
    rows: accuracies.map((row) => [
      row.reader,
      row.session,
      row.truth,
      row.appearance,
      String(row.shown),
      String(row.unsure),
      accuracyText(row),
    ]),
  };
  const pictures = (['real', 'fake'] as const).flatMap((truth) => {
    const lines = data.readers.map((reader) => ({
      name: reader,
      values: data.sessions.map((session) => rateOf(accuracies, { reader, session, truth })),
    }));
    if (lines.every(({ values }) => values.every((value) => value === null))) return [];
    const svg = pairedPlot(lines, {
      title: `Accuracy on ${TRUTHS[truth]}`,
      conditions: data.sessions.map((session) => `session ${session}`),
      y: { label: 'accuracy', domain: [0, 1] },
    });
    return [{ svg, caption: `Share of right answers to ${TRUTHS[truth]}, by reader and session.` }];
  });
  return { heading: 'Accuracy', tables: [table], pictures };
}

function rateOf(
  accuracies: readonly AccuracyRow[],
  { reader, session, truth }: Pick<AccuracyRow, 'reader' | 'session' | 'truth'>,
): number | null {
  const row = accuracies.find(
    (one) =>
      one.reader === reader &&
      one.session === session &&
      one.truth === truth &&
      one.appearance === 'all',
  );
  return row?.accuracy.status === 'ok' ? row.accuracy.rate : null;
}

function accuracyText({ accuracy }: AccuracyRow): string {
  return accuracy.status === 'ok' ? formatInterval(accuracy.rate, accuracy) : accuracy.status;
}

function comparisonSection({ comparisons, config }: AnswersReport): ReportSection {
  const { from = '', to = '' } = config.compare ?? {};
  const svg = forestPlot(
    comparisons.map(({ reader, truth, estimate, ci }) => ({
      name: `${reader}, ${truth}`,
      estimate,
      lower: ci.lower,
      upper: ci.upper,
      tone: truth === 'real' ? 0 : 1,
    })),
    {
      title: `Accuracy in session ${to} minus session ${from}`,
      x: { label: 'difference of accuracies' },
      references: [{ value: 0, label: 'no difference' }],
    },
  );
  return {
    heading: `Session ${to} against session ${from}`,
    notes: ['The sessions have different images: unpaired intervals; Holm over all rows.'],
    tables: [
      {
        caption: 'Newcombe intervals, Fisher’s exact test',
        columns: ['reader', { label: 'truth', align: 'text' }, 'difference', 'p', 'p, Holm'],
        rows: comparisons.map((one) => [
          one.reader,
          one.truth,
          formatInterval(one.estimate, one.ci),
          formatPValue(one.pValue),
          formatPValue(one.adjustedPValue),
        ]),
      },
    ],
    pictures: [{ svg, caption: 'Differences with their intervals.' }],
  };
}

function effectSection({ effects, config, timeRatio }: AnswersReport): ReportSection {
  const { from = '', to = '' } = config.compare ?? {};
  const ratio = (value: number | null, ci: { lower: number; upper: number } | null): string =>
    formatInterval(value, ci);
  const rows = effects.map((one) => [
    `${one.truth}, ${one.model === 'gee' ? 'GEE: these readers' : 'GLMM: readers like these'}`,
    one.status === 'ok' || one.status === 'singular' ? ratio(one.oddsRatio, one.ci) : one.status,
    formatPValue(one.pValue),
  ]);
  const tables: TextTable[] = [
    {
      caption: `Odds of a right answer, session ${to} over session ${from}`,
      columns: ['images, model', 'odds ratio', 'p'],
      rows,
    },
  ];
  if (timeRatio !== null) {
    tables.push({
      caption: `Reading time, session ${to} over session ${from}, log-normal mixed model`,
      columns: ['of', 'ratio', 'p'],
      rows: [
        ['geometric means', ratio(timeRatio.ratio, timeRatio.ci), formatPValue(timeRatio.pValue)],
      ],
    });
  }
  return {
    heading: 'All readers together',
    notes: [
      'GEE: answers to one image correlated, Mancl-DeRouen errors. GLMM: readers, images and readers in a session random.',
    ],
    tables,
  };
}

function detectionSection({ detection }: AnswersReport): ReportSection {
  return {
    heading: 'Skill and bias',
    notes: ['d′: how well fakes are told from reals. c above 0: the reader tends to say real.'],
    tables: [
      {
        columns: ['reader', 'session', 'hit rate', 'false-alarm rate', 'd′', 'c'],
        rows: detection.map((one) => [
          one.reader,
          one.session,
          formatNumber(one.hitRate),
          formatNumber(one.falseAlarmRate),
          formatInterval(one.sensitivity, one.tests.sensitivity.ci),
          formatInterval(one.criterion, one.tests.criterion.ci),
        ]),
      },
    ],
  };
}

function timeSection({ times }: AnswersReport): ReportSection {
  return {
    heading: 'Reading time',
    tables: [
      {
        columns: ['reader', 'session', 'timed', 'minutes', 'median, s', 'geometric mean, s'],
        rows: times.map((one) => [
          one.reader,
          one.session,
          String(one.timed),
          formatNumber(one.totalMinutes, 1),
          formatNumber(one.medianSeconds, 1),
          formatNumber(one.geometricMeanSeconds, 1),
        ]),
      },
    ],
  };
}
