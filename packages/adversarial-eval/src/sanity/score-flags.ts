import { called } from '../pair-outcome.ts';
import type { PairedRecord } from '../paired-record.ts';
import { percent, raise, type SanityFlag } from './sanity-flag.ts';

/** Scores of the same images, computed again. */
export interface RepeatedScores {
  /** Of a record; other cases are not compared. */
  readonly caseId: string;
  /** The second run's score of the real image. */
  readonly scoreReal: number;
  /** The second run's score of the fake. */
  readonly scoreFake: number;
}

const MASKING = 'Carlini et al. 2019, On evaluating adversarial robustness, arXiv 1902.06705';

/** Whether the scores are what they are said to be, and move. */
export function scoreFlags(
  records: readonly PairedRecord[],
  scoreKind: 'probability' | 'logit',
): readonly SanityFlag[] {
  const scores = records.flatMap((record) => [record.scoreReal, record.scoreFake]);
  const kind = scoreKind === 'probability' ? probabilityFlags(records, scores) : logitFlags(scores);
  return [...kind, ...movementFlags(records, scores)];
}

/** Whether a second run of the same model gives the same scores. */
export function repeatFlags(
  records: readonly PairedRecord[],
  repeated: readonly RepeatedScores[],
  threshold: number,
): readonly SanityFlag[] {
  const second = new Map(repeated.map((scores) => [scores.caseId, scores]));
  const different: string[] = [];
  let [greatest, flips, compared] = [0, 0, 0];
  for (const record of records) {
    const again = second.get(record.caseId);
    if (!again) continue;
    compared++;
    const changes = (['scoreReal', 'scoreFake'] as const).map((key) => {
      if (called(again[key], threshold) !== called(record[key], threshold)) flips++;
      return Math.abs(again[key] - record[key]);
    });
    const change = Math.max(...changes);
    greatest = Math.max(greatest, change);
    if (change > 0) different.push(record.caseId);
  }
  if (different.length === 0) return [];
  return [
    raise('non-deterministic-scores', flips > 0 ? 'error' : 'warning', {
      message: `two runs differ in ${different.length} of ${compared} cases, by up to ${greatest.toPrecision(3)}; ${flips} calls change at the threshold ${threshold}`,
      numbers: { cases: different.length, compared, greatest, flips },
      cases: different,
      reference: MASKING,
    }),
  ];
}

function probabilityFlags(
  records: readonly PairedRecord[],
  scores: readonly number[],
): readonly SanityFlag[] {
  const outside = records.filter(({ scoreReal, scoreFake }) =>
    [scoreReal, scoreFake].some((score) => score < 0 || score > 1),
  );
  if (outside.length > 0) {
    const [least, greatest] = rangeOf(scores);
    return [
      raise('logits-as-probabilities', 'error', {
        message: `scores are said to be probabilities, but ${outside.length} of ${records.length} cases have one outside [0, 1]; all lie in [${least}, ${greatest}]: logits?`,
        numbers: { cases: outside.length, least, greatest },
        cases: outside.map((record) => record.caseId),
        reference: 'Croce et al. 2021, RobustBench, arXiv 2010.09670',
      }),
    ];
  }
  return squeezedFlags(scores);
}

/** sigmoid(p) of a probability p lies between 1/2 and 0.7311. */
function squeezedFlags(scores: readonly number[]): readonly SanityFlag[] {
  const [least, greatest] = rangeOf(scores);
  if (scores.length < 20 || least < 0.5 || greatest > 1 / (1 + Math.exp(-1))) return [];
  return [
    raise('sigmoid-twice', 'warning', {
      message: `all scores lie in [${least.toFixed(4)}, ${greatest.toFixed(4)}], within [0.5, 0.7311]: the logistic function may have been applied twice`,
      numbers: { least, greatest },
      reference: MASKING,
    }),
  ];
}

function logitFlags(scores: readonly number[]): readonly SanityFlag[] {
  const [least, greatest] = rangeOf(scores);
  if (scores.length === 0 || least < 0 || greatest > 1) return [];
  return [
    raise('probabilities-as-logits', scores.length < 20 ? 'warning' : 'error', {
      message: `scores are said to be logits, but all ${scores.length} lie in [${least}, ${greatest}], within [0, 1]: probabilities?`,
      numbers: { scores: scores.length, least, greatest },
      reference: 'Croce et al. 2021, RobustBench, arXiv 2010.09670',
    }),
  ];
}

function movementFlags(
  records: readonly PairedRecord[],
  scores: readonly number[],
): readonly SanityFlag[] {
  const flags: SanityFlag[] = [];
  const [least, greatest] = rangeOf(scores);
  if (scores.length > 0 && least === greatest) {
    flags.push(
      raise('constant-scores', 'error', {
        message: `all ${scores.length} scores are ${least}`,
        numbers: { scores: scores.length },
        reference: MASKING,
      }),
    );
  }
  const saturated = scores.filter((score) => score === 0 || score === 1).length / scores.length;
  if (saturated > 0.2) {
    flags.push(
      raise('saturated-scores', 'warning', {
        message: `${percent(saturated)} of the scores are exactly 0 or 1: there the model has no gradient to attack`,
        numbers: { share: saturated },
        reference: MASKING,
      }),
    );
  }
  const unchanged = records.filter(({ scoreReal, scoreFake }) => scoreReal === scoreFake);
  if (unchanged.length > 0) {
    flags.push(
      raise('unchanged-scores', unchanged.length > records.length / 20 ? 'warning' : 'note', {
        message: `${unchanged.length} of ${records.length} fakes have exactly the score of their real image: the same file, or no gradient?`,
        numbers: { cases: unchanged.length },
        cases: unchanged.map((record) => record.caseId),
        reference: MASKING,
      }),
    );
  }
  return flags;
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}
