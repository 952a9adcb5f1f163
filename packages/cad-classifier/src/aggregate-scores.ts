import type { CaseLabel, Laterality, ManifestRow } from '@mammo/mammo-io';

/** How several scores become one: their mean, or the most suspicious. */
export type ScoreRule = 'mean' | 'max';

/** An image with the examination it belongs to; without one, all images of a patient are one examination. */
export type ScoredImage = Pick<ManifestRow, 'patientId' | 'laterality' | 'label' | 'examId'>;

/** How {@link aggregateScores} joins. */
export interface AggregateOptions {
  /** Views of a breast; default `'mean'`. */
  readonly views?: ScoreRule;
  /** Breasts of an examination; default `'max'`: one breast with cancer is enough. */
  readonly breasts?: ScoreRule;
}

/** What is said of a breast. */
export interface BreastScore {
  /** Whose breast. */
  readonly patientId: string;
  /** The examination; the patient's identifier where none was given. */
  readonly examId: string;
  /** Which breast. */
  readonly laterality: Laterality;
  /** Positive if one of its images is. */
  readonly label: CaseLabel;
  /** Probability of cancer, from its images by the rule that was asked for. */
  readonly score: number;
  /** Indices of its images. */
  readonly images: readonly number[];
}

/** What is said of an examination. */
export interface ExamScore {
  /** Who was examined. */
  readonly patientId: string;
  /** The examination; the patient's identifier where none was given. */
  readonly examId: string;
  /** Positive if one of its breasts is. */
  readonly label: CaseLabel;
  /** Probability of cancer, from its breasts by the rule that was asked for. */
  readonly score: number;
  /** Left before right, if both were imaged. */
  readonly breasts: readonly BreastScore[];
}

/**
 * From scores of images to those of breasts and examinations, in the order in which they first occur.
 *
 * @param images - whose they are
 * @param scores - one for each image, on one scale: probabilities, calibrated ones, or margins
 * @throws RangeError if the lengths differ, a score is not finite, or a rule is unknown
 * @example
 * ```ts
 * const breast = { patientId: 'P1', label: 'negative' } as const;
 * const images = [{ ...breast, laterality: 'L' }, { ...breast, laterality: 'L' }, { ...breast, laterality: 'R' }] as const;
 * aggregateScores(images, [0.25, 0.75, 0.125])[0]?.score; // => 0.5
 * ```
 * @see Wu et al. (2020), Deep neural networks improve radiologists' performance in breast cancer screening,
 *   doi 10.1109/TMI.2019.2945514: the mean of the views of a breast
 */
export function aggregateScores(
  images: readonly ScoredImage[],
  scores: ArrayLike<number>,
  { views = 'mean', breasts = 'max' }: AggregateOptions = {},
): ExamScore[] {
  checkScores(images, scores);
  const [joinViews, joinBreasts] = [ruleOf('views', views), ruleOf('breasts', breasts)];
  const exams = groupBy([...images.keys()], (i) => examKey(images[i]!));
  return exams.map((members) => {
    const { patientId, examId = patientId } = images[members[0]!]!;
    const own = groupBy(members, (i) => images[i]!.laterality)
      .map((indices): BreastScore => {
        const { laterality } = images[indices[0]!]!;
        const label = worst(indices.map((i) => images[i]!.label));
        const score = joinViews(indices.map((i) => scores[i]!));
        return { patientId, examId, laterality, label, score, images: indices };
      })
      .sort((a, b) => (a.laterality < b.laterality ? -1 : 1));
    return {
      patientId,
      examId,
      label: worst(own.map(({ label }) => label)),
      score: joinBreasts(own.map(({ score }) => score)),
      breasts: own,
    };
  });
}

function checkScores(images: readonly ScoredImage[], scores: ArrayLike<number>): void {
  if (images.length !== scores.length) {
    throw new RangeError(
      `aggregateScores: scores must be one for each of ${images.length} images, got ${scores.length}`,
    );
  }
  const wrong = Array.from(scores).findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0) {
    throw new RangeError(
      `aggregateScores: scores must be finite, got ${scores[wrong]} at index ${wrong}`,
    );
  }
}

function ruleOf(name: string, rule: ScoreRule): (scores: readonly number[]) => number {
  switch (rule) {
    case 'mean':
      return (scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
    case 'max':
      return (scores) => scores.reduce((most, score) => Math.max(most, score));
    default:
      throw new RangeError(
        `aggregateScores: ${name} must be mean or max, got ${rule satisfies never}`,
      );
  }
}

/** Two patients may have examinations of one name. */
const examKey = ({ patientId, examId }: ScoredImage): string =>
  JSON.stringify([patientId, examId ?? null]);

function groupBy(indices: readonly number[], keyOf: (index: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  for (const index of indices) {
    const key = keyOf(index);
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return [...groups.values()];
}

const worst = (labels: readonly CaseLabel[]): CaseLabel =>
  labels.includes('positive') ? 'positive' : 'negative';
