import type { TextTable } from '../report/text-table.ts';

/** One part of a report: what text and page have in common. */
export interface ReportSection {
  readonly heading: string;
  /** Sentences below the heading. */
  readonly notes?: readonly string[];
  readonly tables: readonly TextTable[];
  /** SVG pictures with what they show; for the page only. */
  readonly pictures?: readonly { readonly svg: string; readonly caption: string }[];
}

/** A report, before it becomes text or a page. */
export interface ReportContent {
  readonly title: string;
  /** One line: the method. */
  readonly lead: string;
  readonly warnings: readonly string[];
  readonly sections: readonly ReportSection[];
  readonly references: readonly string[];
}
