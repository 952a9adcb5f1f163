export {
  type AgreementReport,
  analyzeAgreement,
  type TestAgreement,
} from '../analysis/analyze-agreement.ts';
export {
  type AnswersReport,
  analyzeAnswers,
  type ComparedReader,
} from '../analysis/analyze-answers.ts';
export { analyzeMarks, type MarkPoint, type MarksReport } from '../analysis/analyze-marks.ts';
export {
  analyzeRatings,
  type ComparisonReport,
  type RatingsReport,
  type ReaderEstimate,
} from '../analysis/analyze-ratings.ts';
export type { CodedReads } from '../analysis/rated-reads.ts';
export type { ReportHead } from '../analysis/report-head.ts';
export type { TestCurves } from '../analysis/roc-curves.ts';
export type { SessionEffect } from '../analysis/session-effects.ts';
export {
  checkStudyConfig,
  type StudyConfig,
  StudyConfigError,
} from '../analysis/study-config.ts';
export { type StudyReport, studyPage, studyText } from '../analysis/study-report.ts';
export type { AxisOptions } from './axis.ts';
export { type DataTable, dataTable, type Figure, figure, type TableColumn } from './data-table.ts';
export { type ForestPlotOptions, type ForestRow, forestPlot } from './forest-plot.ts';
export { formatInterval, formatNumber, formatPercent, formatPValue } from './format.ts';
export { type Html, html, htmlText, trusted } from './html.ts';
export {
  type BandPoint,
  type CurvePoint,
  type LinePlotOptions,
  type LineSeries,
  linePlot,
  type ReferenceLine,
} from './line-plot.ts';
export { type PageOptions, page } from './page.ts';
export { type PairedLine, type PairedPlotOptions, pairedPlot } from './paired-plot.ts';
export type { PictureText } from './picture.ts';
export {
  type OperatingPoint,
  type RocBandPoint,
  type RocPlotOptions,
  type RocSeries,
  rocPlot,
} from './roc-plot.ts';
export { type TextTable, textTable } from './text-table.ts';
