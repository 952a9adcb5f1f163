import { quantityText } from './quantity.ts';
import { NOTICE, type Report, type ReportSection, type ReportTable } from './report-model.ts';

/** A report as Markdown with the tables of GitHub; figures are linked where the caller keeps them. */
export function markdownReport(
  report: Report,
  figurePath: ((name: string) => string) | undefined,
): string {
  const { title, lead, alerts, sections } = report;
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    escapeMarkdown(lead),
    escapeMarkdown(NOTICE),
    ...alerts.map(({ severity, text }) => `> **${severity}**: ${escapeMarkdown(text)}`),
    ...sections.flatMap((section) => sectionBlocks(section, figurePath)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks(
  { title, text, tables, figures }: ReportSection,
  figurePath: ((name: string) => string) | undefined,
): readonly string[] {
  return [
    `## ${escapeMarkdown(title)}`,
    ...text.map(escapeMarkdown),
    ...tables.flatMap(tableBlocks),
    ...figures.flatMap(({ id, caption }) =>
      figurePath ? [`![${escapeMarkdown(caption)}](<${figurePath(id)}>)`] : [],
    ),
  ];
}

function tableBlocks({ caption, columns, rows }: ReportTable): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const isText = columns.map(
    (_, column) => column === 0 || rows.some((row) => typeof row[column] === 'string'),
  );
  const lines = [
    line(columns.map(escapeMarkdown)),
    line(isText.map((text) => (text ? '---' : '---:'))),
    ...rows.map((row) =>
      line(row.map((cell) => escapeMarkdown(typeof cell === 'string' ? cell : quantityText(cell)))),
    ),
  ];
  return [`${escapeMarkdown(caption)}:`, lines.join('\n')];
}

/** Words that stay words: no markup, no links, no HTML, no cell borders, one line. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/(https?):\/\//gi, '$1&#58;//')
    .replace(/@/g, '&#64;');
}
