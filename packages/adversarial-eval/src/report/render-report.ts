import type { Html } from '@mammo/reader-study-stats/report';
import type { EvaluationResults } from '../evaluation-results.ts';
import type { PairedEvaluation } from '../paired-evaluation.ts';
import { buildReport } from './build-report.ts';
import { csvReport } from './csv-report.ts';
import { galleryHtml } from './gallery.ts';
import { htmlReport, reportBody } from './html-report.ts';
import { latexReport } from './latex-report.ts';
import { markdownReport } from './markdown-report.ts';
import type { TripletImages, TripletOptions } from './triplet-pictures.ts';

/** The formats of {@link renderReport}, and what each can be told. */
export type ReportOptions =
  | {
      /** One self-contained page: figures, tables, and a gallery if there are images. */
      readonly format: 'html';
      /** Images to show as triplets real | fake | difference. */
      readonly gallery?: readonly TripletImages[];
      /** Amplification and size of the gallery's pictures. */
      readonly galleryOptions?: TripletOptions;
    }
  | {
      /** Tables with pipes, figures as links to SVG files. */
      readonly format: 'markdown';
      /** Where the SVG of a figure lies, by its name; without it figures are left out. */
      readonly figurePath?: (name: string) => string;
    }
  | {
      /** One line per number, all digits. */
      readonly format: 'csv';
      /** Texts that spreadsheets take for formulas: 'escape' (default) with an apostrophe, or 'keep'. */
      readonly formulas?: 'escape' | 'keep';
    }
  | {
      /** The results themselves; `results.schema.json` describes them. */
      readonly format: 'json';
    }
  | {
      /** Sections with booktabs tables, to be \input; no figures. */
      readonly format: 'latex';
    };

/**
 * Results as a report: a self-contained HTML page (light, dark and in print; no script, nothing fetched),
 * Markdown, CSV (one line per number, all digits), LaTeX (booktabs) or the results' own JSON. All have the
 * same tables from the same numbers.
 *
 * @param result of `evaluatePaired`, or with flags, transfer, budget and system beside it
 * @returns the text of the file
 * @throws RangeError if the format or the result's schema is unknown, or images of the gallery are wrong
 * @example
 * ```ts
 * renderReport(evaluatePaired(records), { format: 'html' }).startsWith('<!doctype html>'); // => true
 * ```
 * @see Zhou et al. 2021, Table 1, doi 10.1038/s41467-021-27577-x
 */
export function renderReport(
  result: EvaluationResults | PairedEvaluation,
  options: ReportOptions,
): string {
  const results = resultsOf('renderReport', result);
  switch (options.format) {
    case 'html': {
      const { gallery, galleryOptions } = options;
      const { pairs } = results.evaluation;
      const pictures = gallery ? galleryHtml(gallery, { ...galleryOptions, pairs }) : null;
      return htmlReport(buildReport(results), pictures);
    }
    case 'markdown':
      return markdownReport(buildReport(results), options.figurePath);
    case 'csv':
      return csvReport(buildReport(results), options.formulas ?? 'escape');
    case 'latex':
      return latexReport(buildReport(results));
    case 'json':
      return `${JSON.stringify(results, null, 2)}\n`;
    default: {
      const { format } = options satisfies never as { readonly format: unknown };
      throw new RangeError(
        `renderReport: format must be html, markdown, csv, json or latex, got ${format}`,
      );
    }
  }
}

/**
 * Every figure of the report as a self-contained SVG, by name: 'roc', 'rates', 'paired-scores',
 * 'fooling-curve', and where results have them 'strata', 'budget', 'transfer', 'detectors', 'detector-roc',
 * 'system'.
 *
 * @throws RangeError if the result's schema is unknown
 * @example
 * ```ts
 * reportFigures(evaluatePaired(records)).roc?.startsWith('<svg'); // => true
 * ```
 */
export function reportFigures(
  result: EvaluationResults | PairedEvaluation,
): Readonly<Record<string, string>> {
  const { sections } = buildReport(resultsOf('reportFigures', result));
  const figures = sections.flatMap((section) => section.figures);
  return Object.fromEntries(figures.map(({ id, draw }) => [id, draw()]));
}

/**
 * The HTML report without its page and heading, for a page of one's own: `page(title, body, { style:
 * REPORT_STYLE })` of reader-study-stats.
 *
 * @throws RangeError if the result's schema is unknown
 * @example
 * ```ts
 * page('Study', html`<h1>Study</h1>${evaluationHtml(results)}`, { style: REPORT_STYLE });
 * ```
 */
export function evaluationHtml(result: EvaluationResults | PairedEvaluation): Html {
  return reportBody(buildReport(resultsOf('evaluationHtml', result)));
}

function resultsOf(
  caller: string,
  result: EvaluationResults | PairedEvaluation,
): EvaluationResults {
  if (result.schema === 'adversarial-eval/1') return result;
  if (result.schema === 'paired-evaluation/1') {
    return { schema: 'adversarial-eval/1', evaluation: result };
  }
  const { schema } = result satisfies never as { readonly schema: unknown };
  throw new RangeError(
    `${caller}: result must have schema adversarial-eval/1 or paired-evaluation/1, got ${schema}`,
  );
}
