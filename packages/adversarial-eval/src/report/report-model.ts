import type { Quantity } from './quantity.ts';

/** A cell: words, or a number of the results. */
export type Cell = string | Quantity;

/** A table that every format can write. */
export interface ReportTable {
  /** Such as 'table-1': its name in CSV and its label in LaTeX. */
  readonly id: string;
  readonly caption: string;
  /** The first column names the rows. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly [name: string, ...cells: Cell[]])[];
}

/** A plot, drawn only when a format wants it. */
export interface ReportFigure {
  /** Such as 'roc': its name among the figures. */
  readonly id: string;
  readonly caption: string;
  /** A self-contained SVG. */
  draw(): string;
  /** The numbers of the plot that no other table has. */
  readonly table?: ReportTable;
}

/** A part of a report under a heading of its own. */
export interface ReportSection {
  readonly title: string;
  /** Paragraphs before the tables and figures. */
  readonly text: readonly string[];
  readonly tables: readonly ReportTable[];
  readonly figures: readonly ReportFigure[];
}

/** What a report says, before it is HTML, Markdown, CSV or LaTeX. */
export interface Report {
  readonly title: string;
  readonly lead: string;
  /** What makes the numbers doubtful, shown first. */
  readonly alerts: readonly { readonly severity: 'error' | 'warning'; readonly text: string }[];
  /** The numbers that matter most. */
  readonly cards: readonly { readonly label: string; readonly value: Quantity }[];
  readonly sections: readonly ReportSection[];
}

/** The sentence that every report carries. */
export const NOTICE =
  'For research on the safety of diagnostic AI; not a medical device. All fakes are synthetic.';
