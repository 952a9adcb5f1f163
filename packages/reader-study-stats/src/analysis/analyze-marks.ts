import type { JafrocFile } from '../formats/parse-jafroc.ts';
import { analyzeFroc } from '../froc/analyze-froc.ts';
import { frocCurve } from '../froc/froc-curve.ts';
import { arrangeMarks, type FrocData } from '../froc/froc-data.ts';
import {
  afroc,
  afroc1,
  type FrocFigure,
  inferredRoc,
  weightedAfroc,
  weightedAfroc1,
} from '../froc/froc-figures.ts';
import { type ComparisonReport, comparisonOf, orPart, settingsOf } from './analyze-ratings.ts';
import { type StudyConfig, StudyConfigError } from './study-config.ts';

/** A point of an AFROC curve. */
export interface MarkPoint {
  /** Share of normal cases with a false mark of at least the point's rating. */
  readonly falseCaseRate: number;
  /** Share of lesions, in the weights of their cases, that are marked with at least it. */
  readonly weightedSensitivity: number;
}

/** What an analysis of free-response marks gives: plain JSON, from which text and page are made. */
export interface MarksReport extends ComparisonReport {
  /** Tells this report from the others. */
  readonly analysis: 'froc';
  /** What was read; the tests are the modalities. */
  readonly data: ComparisonReport['data'] & {
    /** Right and false ones. */
    readonly marks: number;
    /** Of all cases, marked or not. */
    readonly lesions: number;
    /** Cases with lesions. */
    readonly abnormal: number;
    /** Cases without. */
    readonly normal: number;
  };
  /** By test: the wAFROC curve of every reader. */
  readonly curves: readonly {
    /** One of `data.tests`. */
    readonly test: string;
    /** In the order of `data.readers`. */
    readonly readers: readonly {
      /** One of `data.readers`. */
      readonly reader: string;
      /** From (0, 0) to (1, 1), the last piece straight from the last mark. */
      readonly points: readonly MarkPoint[];
    }[];
  }[];
}

/** Figures of merit of free-response marks by the name that a configuration gives them. */
const FIGURES: ReadonlyMap<string, FrocFigure> = new Map([
  ['wAFROC', weightedAfroc],
  ['AFROC', afroc],
  ['wAFROC1', weightedAfroc1],
  ['AFROC1', afroc1],
  ['inferred-ROC', inferredRoc],
]);

/**
 * Compares modalities by free-response marks of several readers, by Obuchowski and Rockette's method.
 *
 * @param study cases and marks, see `parseJafroc`
 * @param config `direction`, and optionally `figure` (default wAFROC), tests, readers, model, alpha, …
 * @throws ReadsError with every problem of the marks; StudyConfigError where the direction is not said
 * @example
 * ```ts
 * analyzeMarks(parseJafroc({ truth, tp, fp }), { direction: 'higher' }).figure; // => 'wAFROC'
 * ```
 */
export function analyzeMarks(study: JafrocFile, config: StudyConfig): MarksReport {
  const data = arrangeStudy(study, config);
  const { figure } = config;
  const analysis = analyzeFroc(data, {
    ...settingsOf(config),
    figure: FIGURES.get(figure?.kind ?? 'wAFROC') ?? weightedAfroc,
  });
  return {
    analysis: 'froc',
    title: config.title ?? 'Free-response study',
    config,
    data: {
      marks: study.marks.length,
      readers: data.readers,
      tests: data.tests,
      lesions: data.caseOfLesion.length,
      abnormal: data.abnormal,
      normal: data.cases.length - data.abnormal,
    },
    ...comparisonOf(orPart(analysis), config),
    curves: data.tests.map((test) => ({
      test,
      readers: data.readers.map((reader) => ({ reader, points: curveOf(data, reader, test) })),
    })),
  };
}

/** The study as the configuration says, checked. */
export function arrangeStudy(
  study: JafrocFile,
  { direction, readers, tests }: StudyConfig,
): FrocData {
  if (direction === undefined) throw new StudyConfigError(['direction is missing']);
  return arrangeMarks(study, {
    direction,
    markRows: study.markRows,
    caseRows: study.caseRows,
    ...(readers && { readers }),
    ...(tests && { modalities: tests }),
  });
}

/** Up to the last mark, and straight on to (1, 1). */
function curveOf(data: FrocData, reader: string, modality: string): readonly MarkPoint[] {
  const points = frocCurve(data, { reader, modality, falseCases: 'normal' });
  return [
    ...points.map(({ falseCaseRate, weightedSensitivity }) => ({
      falseCaseRate,
      weightedSensitivity: Math.min(weightedSensitivity, 1),
    })),
    { falseCaseRate: 1, weightedSensitivity: 1 },
  ];
}
