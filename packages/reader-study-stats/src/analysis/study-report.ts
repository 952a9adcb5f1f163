import { type DataTable, dataTable, figure } from '../report/data-table.ts';
import { replaceControls } from '../report/escape.ts';
import { type Html, html } from '../report/html.ts';
import { page } from '../report/page.ts';
import { textTable } from '../report/text-table.ts';
import { agreementContent } from './agreement-content.ts';
import type { AgreementReport } from './analyze-agreement.ts';
import type { AnswersReport } from './analyze-answers.ts';
import type { MarksReport } from './analyze-marks.ts';
import type { RatingsReport } from './analyze-ratings.ts';
import { answersContent } from './answers-content.ts';
import { marksContent } from './marks-content.ts';
import { ratingsContent } from './ratings-content.ts';
import type { ReportContent, ReportSection } from './report-section.ts';

/** The result of an analysis: plain JSON. */
export type StudyReport = RatingsReport | AnswersReport | MarksReport | AgreementReport;

const DISCLAIMER = 'Research software, not a medical device.';

/**
 * A report as aligned text, every number as the report has it, rounded.
 *
 * @returns lines that end with a line feed
 * @example
 * ```ts
 * const config = { positive: 'cancer', negative: 'healthy', direction: 'higher' } as const;
 * studyText(analyzeRatings(parseRows(csv), config)).endsWith('Research software, not a medical device.\n'); // => true
 * ```
 */
export function studyText(report: StudyReport): string {
  const { title, lead, warnings, sections, references } = contentOf(report);
  const parts = [
    `${title}\n${lead}\n`,
    ...(warnings.length > 0 ? [list('Warnings', warnings)] : []),
    ...sections.filter(({ tables }) => tables.length > 0).map(sectionText),
    list('References', references),
    `${DISCLAIMER}\n`,
  ];
  return replaceControls(parts.join('\n'));
}

/**
 * A report as one self-contained HTML page: tables, plots, and the whole report as JSON. No script,
 * nothing fetched; light and dark; prints black on white.
 * @example
 * ```ts
 * const report = analyzeAnswers(reads, { unsure: { policy: 'incorrect' } });
 * studyPage(report).startsWith('<!doctype html>'); // => true
 * ```
 */
export function studyPage(report: StudyReport): string {
  const { title, lead, warnings, sections, references } = contentOf(report);
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
${warnings.map((warning) => html`<p class="warning">${warning}</p>\n`)}${sections.map(
  ({ heading, notes = [], tables, pictures = [] }) => html`<section><h2>${heading}</h2>
${notes.map((note) => html`<p>${note}</p>\n`)}${tables.map((table) => dataTable(table as DataTable))}
${pictures.length > 1 ? columns(pictures) : pictures.map(figure)}</section>
`,
)}<h2>References</h2>
<ul>${references.map((one) => html`<li>${one}</li>\n`)}</ul>
<details><summary>The report as JSON</summary><pre>${JSON.stringify(report, null, 1)}</pre></details>
<p class="note">${DISCLAIMER}</p>`;
  return page(title, body);
}

function contentOf(report: StudyReport): ReportContent {
  switch (report.analysis) {
    case 'ratings':
      return ratingsContent(report);
    case 'answers':
      return answersContent(report);
    case 'froc':
      return marksContent(report);
    case 'agreement':
      return agreementContent(report);
    default:
      throw new RangeError(`contentOf: unknown analysis ${String(report satisfies never)}`);
  }
}

function sectionText({ heading, notes = [], tables }: ReportSection): string {
  const parts = [
    `${heading}\n${'='.repeat(heading.length)}\n`,
    ...(notes.length > 0 ? [`${notes.join('\n')}\n`] : []),
    ...tables.map(textTable),
  ];
  return parts.join('\n');
}

function columns(pictures: readonly { readonly svg: string; readonly caption: string }[]): Html {
  return html`<div class="columns">${pictures.map(figure)}</div>`;
}

function list(heading: string, lines: readonly string[]): string {
  return `${heading}\n${lines.map((line) => `- ${line}\n`).join('')}`;
}
