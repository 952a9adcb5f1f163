import type { LeaveOneOut } from '../mrmc/figure-of-merit.ts';
import type { FrocCell, FrocData } from './froc-data.ts';

/** A figure of merit of free-response reading. */
export interface FrocFigure {
  /** As reports and `FigureTable.figure` print it. */
  readonly name: string;
  /** Least and greatest possible value; intervals of means are cut there. */
  readonly range: readonly [number, number];
  /** Which cases it uses: only these are left out by the jackknife. */
  readonly cases: 'all' | 'abnormal' | 'normal';
  /** The figure of one reader under one modality, and without each case that it uses in turn. */
  leaveOneOut(data: FrocData, cell: FrocCell): LeaveOneOut;
}

/**
 * Weighted AFROC area: the chance that a lesion is rated above the highest false mark of a normal case,
 *
 * θ = 1/(K₁·K₂) · Σ_normal k Σ_abnormal c Σ_lesion l W_cl·ψ(x_k, y_cl), ψ = 1, ½, 0 for x <, =, > y,
 *
 * where every abnormal case has the weight 1 (Σ_l W_cl = 1), and what is not marked has the rating −∞.
 *
 * @see Chakraborty and Zhai 2016, Med Phys 43:2548, doi 10.1118/1.4947125
 */
export const weightedAfroc: FrocFigure = lesionFigure('wAFROC', 'normal', 'weights');

/**
 * AFROC area: {@link weightedAfroc} where every lesion, not every case, has the same weight.
 * @see Chakraborty and Berbaum 2004, Med Phys 31:2313, doi 10.1118/1.1769352
 */
export const afroc: FrocFigure = lesionFigure('AFROC', 'normal', 'equal');

/** {@link weightedAfroc} whose false marks are those of all cases, for studies with few normal ones. */
export const weightedAfroc1: FrocFigure = lesionFigure('wAFROC1', 'all', 'weights');

/** {@link afroc} whose false marks are those of all cases: JAFROC1. */
export const afroc1: FrocFigure = lesionFigure('AFROC1', 'all', 'equal');

/**
 * ROC area of the highest rating of each case, false or true mark alike; −∞ where nothing is marked.
 * @see Chakraborty 2017, Observer Performance Methods for Diagnostic Imaging, chapter 13
 */
export const inferredRoc: FrocFigure = {
  name: 'inferred ROC',
  range: [0, 1],
  cases: 'all',
  leaveOneOut: (data, cell) => {
    const ratings = highestHits(data, cell).map((hit, at) => Math.max(hit, cell.falseRatings[at]!));
    return caseArea(data, cell.falseRatings.subarray(data.abnormal), ratings);
  },
};

/**
 * LROC area, for studies in which every case gets one rating and one place: the chance that an abnormal
 * case is rated above a normal one *and* a lesion was found. A rating whose place is wrong is a false mark;
 * as an abnormal case it counts −∞.
 *
 * @see Swensson 1996, Med Phys 23:1709, doi 10.1118/1.597758
 */
export const locatedRoc: FrocFigure = {
  name: 'LROC',
  range: [0, 1],
  cases: 'all',
  leaveOneOut: (data, cell) => {
    const found = highestHits(data, cell);
    return caseArea(data, cell.falseRatings.subarray(data.abnormal), found);
  },
};

/** Share of all lesions that were marked at all: where the FROC curve ends, upwards. */
export const lesionSensitivity: FrocFigure = {
  name: 'marked lesions',
  range: [0, 1],
  cases: 'abnormal',
  leaveOneOut: ({ caseOfLesion, abnormal }, { lesionRatings }) => {
    const hits = new Float64Array(abnormal);
    const lesions = new Float64Array(abnormal);
    caseOfLesion.forEach((at, lesion) => {
      lesions[at]! += 1;
      hits[at]! += Number(lesionRatings[lesion]! > Number.NEGATIVE_INFINITY);
    });
    return ratioWithoutEach(hits, lesions);
  },
};

/** False marks per normal case: where the FROC curve ends, to the right. Smaller is better. */
export const falseMarksPerNormalCase: FrocFigure = {
  name: 'false marks per normal case',
  range: [0, Number.POSITIVE_INFINITY],
  cases: 'normal',
  leaveOneOut: ({ abnormal }, { falseMarks }) => {
    const counts = falseMarks.subarray(abnormal);
    return ratioWithoutEach(
      counts,
      counts.map(() => 1),
    );
  },
};

/** The highest rating of a lesion of each abnormal case. */
function highestHits(
  { abnormal, caseOfLesion }: FrocData,
  { lesionRatings }: FrocCell,
): Float64Array {
  const highest = new Float64Array(abnormal).fill(Number.NEGATIVE_INFINITY);
  lesionRatings.forEach((rating, lesion) => {
    const at = caseOfLesion[lesion]!;
    highest[at] = Math.max(highest[at]!, rating);
  });
  return highest;
}

/** The ROC area of one rating per case. */
function caseArea(data: FrocData, normal: Float64Array, abnormal: Float64Array): LeaveOneOut {
  return pairArea({
    falseRatings: normal,
    offset: data.abnormal,
    cases: data.cases.length,
    ratings: abnormal,
    caseOfRating: Int32Array.from(abnormal, (_, index) => index),
    weights: abnormal.map(() => 1),
  });
}

function lesionFigure(
  name: string,
  falseCases: 'normal' | 'all',
  weighting: 'weights' | 'equal',
): FrocFigure {
  return {
    name,
    range: [0, 1],
    cases: 'all',
    leaveOneOut: ({ cases, abnormal, caseOfLesion, weights }, cell) => {
      const offset = falseCases === 'all' ? 0 : abnormal;
      return pairArea({
        falseRatings: cell.falseRatings.subarray(offset),
        offset,
        cases: cases.length,
        ratings: cell.lesionRatings,
        caseOfRating: caseOfLesion,
        weights: weighting === 'weights' ? weights : weights.map(() => 1),
      });
    },
  };
}

/** What is compared: the ratings of false cases, from case `offset` on, with weighted ratings of others. */
interface RatedPairs {
  readonly falseRatings: Float64Array;
  readonly offset: number;
  readonly cases: number;
  readonly ratings: Float64Array;
  readonly caseOfRating: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Weighted Mann-Whitney area, and without each case: from the sum S of all pairs W·ψ over n false cases
 * and lesions of total weight Ω, a case takes its row and its column (their crossing once):
 *
 * θ₍₋c₎ = (S − row_c − column_c + crossing_c) / ((n − 1 or n)·(Ω − Ω_c)).
 */
function pairArea(pairs: RatedPairs): LeaveOneOut {
  const { falseRatings, offset, cases, ratings, caseOfRating, weights } = pairs;
  const row = new Float64Array(cases);
  const column = new Float64Array(cases);
  const crossing = new Float64Array(cases);
  const weightOf = new Float64Array(cases);
  for (let l = 0; l < ratings.length; l++) {
    const at = caseOfRating[l]!;
    const [rating, weight] = [ratings[l]!, weights[l]!];
    weightOf[at]! += weight;
    let sum = 0;
    for (let k = 0; k < falseRatings.length; k++) {
      const other = falseRatings[k]!;
      const won = other < rating ? weight : other === rating ? weight / 2 : 0;
      sum += won;
      row[offset + k]! += won;
      if (offset + k === at) crossing[at]! += won;
    }
    column[at]! += sum;
  }
  const all = sumOf(column);
  const allWeights = sumOf(weightOf);
  const count = falseRatings.length;
  const value = all / (count * allWeights);
  const deleted = row.map(
    (ofRow, at) =>
      (all - ofRow - column[at]! + crossing[at]!) /
      ((at < offset ? count : count - 1) * (allWeights - weightOf[at]!)),
  );
  return { value, deleted };
}

/** Σa/Σb, and without each index in turn. */
function ratioWithoutEach(over: Float64Array, under: Float64Array): LeaveOneOut {
  const [a, b] = [sumOf(over), sumOf(under)];
  return { value: a / b, deleted: over.map((own, i) => (a - own) / (b - under[i]!)) };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
