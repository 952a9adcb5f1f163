import {
  type DataTable,
  dataTable,
  figure,
  type Html,
  html,
  page,
} from '@mammo/reader-study-stats/report';
import { GALLERY_STYLE } from './gallery.ts';
import { quantityText } from './quantity.ts';
import { NOTICE, type Report, type ReportSection, type ReportTable } from './report-model.ts';

/**
 * Rules for `reportBody`, to be added to a page's: numbers stay in one line on a screen, where wide
 * tables scroll; on paper they may break.
 */
export const REPORT_STYLE: string = `${GALLERY_STYLE}
@media screen { td:not(.text) { white-space: nowrap; } td.text { min-width: 16ch; } }
@media screen and (min-width: 700px) { tbody th { white-space: nowrap; } }
@media print { th, td { padding: 3px 5px; } table { font-size: 11px; } .cards { break-inside: avoid; } }
`;

/** A report as one self-contained page. */
export function htmlReport(report: Report, gallery: Html | null): string {
  const { title, lead } = report;
  const body = html`<h1>${title}</h1>
<p class="lead">${lead}</p>
<p class="note">${NOTICE}</p>
${reportBody(report)}${gallery && html`<h2>Real, fake, difference</h2>\n${gallery}`}`;
  return page(title, body, { style: REPORT_STYLE });
}

/** Doubts, headline numbers and sections, without the page around them. */
export function reportBody({ alerts, cards, sections }: Report): Html {
  const card = (label: string, text: string): Html => {
    const [value, details] = text.split(' (');
    return html`<div class="card"><b>${value}</b><span>${label}${details ? ` (${details}` : ''}</span></div>`;
  };
  return html`${alerts.map(({ severity, text }) => html`<p class="${severity === 'error' ? 'alert' : 'warning'}">${text}</p>\n`)}
<div class="cards">${cards.map(({ label, value }) => card(label, quantityText(value)))}</div>
${sections.map(sectionHtml)}`;
}

function sectionHtml({ title, text, tables, figures }: ReportSection): Html {
  return html`<h2>${title}</h2>
${text.map((paragraph) => html`<p>${paragraph}</p>\n`)}
${tables.map((table) => dataTable(tableOf(table)))}
<div class="columns">${figures.map(({ caption, draw, table }) =>
    figure({ svg: draw(), caption, ...(table && { table: tableOf(table) }) }),
  )}</div>
`;
}

function tableOf({ caption, columns, rows }: ReportTable): DataTable {
  return {
    caption,
    columns: columns.map((label, column) => ({
      label,
      align: rows.some((row) => typeof row[column] === 'string') ? 'text' : 'number',
    })),
    rows: rows.map((row) =>
      row.map((cell) => (typeof cell === 'string' ? cell : quantityText(cell))),
    ),
  };
}
