import { quantityText } from './quantity.ts';
import { NOTICE, type Report, type ReportSection, type ReportTable } from './report-model.ts';

const HEAD = `% To be \\input into a document with
%   \\usepackage[utf8]{inputenc} \\usepackage[T1]{fontenc} \\usepackage{textcomp}
%   \\usepackage{booktabs} \\usepackage{graphicx}
`;

/** A report as LaTeX sections with booktabs tables; names from data are escaped, long tables shrink to the line. */
export function latexReport({ title, lead, alerts, sections }: Report): string {
  const blocks = [
    `\\section*{${escapeLatex(title)}}`,
    escapeLatex(lead),
    escapeLatex(NOTICE),
    ...alerts.map(({ severity, text }) => `\\textbf{${severity}:} ${escapeLatex(text)}`),
    ...sections.flatMap(sectionBlocks),
  ];
  return `${HEAD}${blocks.join('\n\n')}\n`;
}

function sectionBlocks({ title, text, tables }: ReportSection): readonly string[] {
  return [`\\subsection*{${escapeLatex(title)}}`, ...text.map(escapeLatex), ...tables.map(table)];
}

function table({ id, caption, columns, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string => `${cells.map(escapeLatex).join(' & ')} \\\\`;
  const alignment = columns.map((_, column) =>
    column === 0 || rows.some((row) => typeof row[column] === 'string') ? 'l' : 'r',
  );
  return `\\begin{table}[htbp]
\\centering
\\caption{${escapeLatex(caption)}}
\\label{tab:${id}}
\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%
\\begin{tabular}{${alignment.join('')}}
\\toprule
${line(columns)}
\\midrule
${rows.map((row) => line(row.map((cell) => (typeof cell === 'string' ? cell : quantityText(cell))))).join('\n')}
\\bottomrule
\\end{tabular}}
\\end{table}`;
}

const COMMANDS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '[': '{[}',
  ']': '{]}',
  '−': '$-$',
  '–': '--',
  '×': '$\\times$',
  '→': '$\\rightarrow$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  ε: '$\\varepsilon$',
  '∞': '$\\infty$',
  '…': '\\dots{}',
  '’': "'",
};

/** Words that stay words: every character that LaTeX reads as a command is written as one. */
function escapeLatex(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[\\{}$&#%_^~<>|"[\]−–×→≥≤ε∞…’]/g, (character) => COMMANDS[character]!);
}
