import { formatTable } from '../records/records-csv.ts';
import type { Cell, Report, ReportTable } from './report-model.ts';

/** Names of the columns, one line per number. */
const COLUMNS = [
  'table',
  'row',
  'column',
  'status',
  'estimate',
  'lower',
  'upper',
  'level',
  'method',
  'k',
  'n',
  'text',
] as const;

/**
 * All tables of a report in one CSV, one line per cell, numbers with all their digits. Texts that a
 * spreadsheet would take for a formula get an apostrophe in front unless `formulas` is 'keep'.
 */
export function csvReport(report: Report, formulas: 'escape' | 'keep'): string {
  const safe = (text: string): string =>
    formulas === 'escape' && /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  const tables = report.sections.flatMap(({ tables, figures }) => [
    ...tables,
    ...figures.flatMap(({ table }) => table ?? []),
  ]);
  const line = ({ id }: ReportTable, row: string, column: string, cell: Cell) => {
    const start = [id, safe(row), safe(column)];
    if (typeof cell === 'string') return [...start, '', '', '', '', '', '', '', '', safe(cell)];
    const { status, estimate, lower, upper, level, method, k, n } = cell;
    const numbers = [estimate, lower, upper, level].map((value) => value ?? '');
    return [...start, status, ...numbers, method ?? '', k ?? '', n ?? '', ''];
  };
  return formatTable([
    COLUMNS,
    ...tables.flatMap((table) =>
      table.rows.flatMap(([name, ...cells]) =>
        cells.map((cell, i) => line(table, name, table.columns[i + 1]!, cell)),
      ),
    ),
  ]);
}
