import type { BinaryLabel } from '@mammo/reader-study-stats';

/** Scores of real images from other patients than the evaluated ones, to choose a threshold on. */
export interface ReferenceScores {
  /** Finite, higher for what looks more positive. */
  readonly scores: readonly number[];
  /** One per score, both classes among them. */
  readonly labels: readonly BinaryLabel[];
  /** If given, none of them may occur among the evaluated patients. */
  readonly patientIds?: readonly string[];
}

/**
 * How to choose the threshold. 'fixed': the number given. 'youden': greatest sensitivity + specificity.
 * 'specificity' and 'sensitivity': the other one as great as can be while this one is `atLeast`.
 * All but 'fixed' look at reference scores only.
 */
export type ThresholdPolicy =
  | {
      /** The number given; nothing is looked at. */
      readonly policy: 'fixed';
      /** A score above it is called positive. */
      readonly threshold: number;
    }
  | {
      /** Greatest sensitivity + specificity − 1 on the reference. */
      readonly policy: 'youden';
      /** Of other patients than the evaluated ones. */
      readonly reference: ReferenceScores;
    }
  | {
      /** Which of the two is to be `atLeast`; the other one as great as can be. */
      readonly policy: 'specificity' | 'sensitivity';
      /** In (0, 1], reached on the reference. */
      readonly atLeast: number;
      /** Of other patients than the evaluated ones. */
      readonly reference: ReferenceScores;
    };

/** A threshold and where it comes from. */
export interface ThresholdChoice {
  /** How it was chosen. */
  readonly policy: ThresholdPolicy['policy'];
  /** A score above it is called positive. */
  readonly threshold: number;
  /** What the policy asked for; null where it asks for no number. */
  readonly atLeast: number | null;
  /** The reference images and what the threshold does to them; null for a fixed one. */
  readonly chosenOn: {
    /** Reference images that are positive. */
    readonly positives: number;
    /** Reference images that are negative. */
    readonly negatives: number;
    /** Positives above the threshold, as a share. */
    readonly sensitivity: number;
    /** Negatives not above the threshold, as a share. */
    readonly specificity: number;
  } | null;
}

/**
 * The threshold of a policy. Candidates lie halfway between neighbouring reference scores, and half a
 * step below the least; of equally good ones the lowest is taken.
 *
 * @throws RangeError if a number is out of range, lengths differ or a class is absent
 * @example
 * ```ts
 * const reference = { scores: [0.1, 0.4, 0.6, 0.9], labels: ['negative', 'negative', 'positive', 'positive'] } as const;
 * chooseThreshold({ policy: 'youden', reference }).threshold; // => 0.5
 * ```
 * @see Youden 1950, Cancer 3:32
 */
export function chooseThreshold(policy: ThresholdPolicy): ThresholdChoice {
  if (policy.policy === 'fixed') {
    if (!Number.isFinite(policy.threshold)) {
      throw new RangeError(`chooseThreshold: threshold must be finite, got ${policy.threshold}`);
    }
    return { policy: 'fixed', threshold: policy.threshold, atLeast: null, chosenOn: null };
  }
  const atLeast = policy.policy === 'youden' ? null : policy.atLeast;
  if (atLeast !== null && !(atLeast > 0 && atLeast <= 1)) {
    throw new RangeError(`chooseThreshold: atLeast must lie in (0, 1], got ${atLeast}`);
  }
  const { positives, negatives, candidates } = candidatesOf(policy.reference);
  const worth = (candidate: Candidate): number => {
    const { sensitivity, specificity, hits, cleared } = candidate;
    if (policy.policy === 'youden') return hits * negatives + cleared * positives;
    const [held, free] =
      policy.policy === 'specificity' ? [specificity, sensitivity] : [sensitivity, specificity];
    return held >= policy.atLeast ? free : -1;
  };
  const best = candidates.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const { threshold, sensitivity, specificity } = best;
  return {
    policy: policy.policy,
    threshold,
    atLeast,
    chosenOn: { positives, negatives, sensitivity, specificity },
  };
}

interface Candidate {
  readonly threshold: number;
  /** Positives above it. */
  readonly hits: number;
  /** Negatives not above it. */
  readonly cleared: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** By rising threshold. */
function candidatesOf({ scores, labels }: ReferenceScores): {
  readonly positives: number;
  readonly negatives: number;
  readonly candidates: readonly Candidate[];
} {
  const { positives, negatives } = countReference(scores, labels);
  const order = scores.map((_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const [least = 0, second = least + 1] = new Set(order.map((image) => scores[image]!));
  const candidates: Candidate[] = [];
  let [hits, cleared] = [positives, 0];
  const add = (threshold: number): void => {
    const [sensitivity, specificity] = [hits / positives, cleared / negatives];
    candidates.push({ threshold, hits, cleared, sensitivity, specificity });
  };
  add(least - (second - least) / 2);
  order.forEach((image, rank) => {
    if (labels[image] === 'positive') hits--;
    else cleared++;
    const here = scores[image]!;
    const next = scores[order[rank + 1] ?? image]!;
    if (next > here || rank === order.length - 1) add(here + (next - here) / 2);
  });
  return { positives, negatives, candidates };
}

function countReference(
  scores: readonly number[],
  labels: readonly BinaryLabel[],
): { readonly positives: number; readonly negatives: number } {
  if (scores.length !== labels.length) {
    throw new RangeError(
      `chooseThreshold: reference scores and labels must have one length, got ${scores.length} and ${labels.length}`,
    );
  }
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0) {
    throw new RangeError(
      `chooseThreshold: reference scores must be finite, got ${scores[wrong]} at index ${wrong}`,
    );
  }
  const positives = labels.filter((label) => label === 'positive').length;
  const negatives = labels.filter((label) => label === 'negative').length;
  if (positives === 0 || negatives === 0 || positives + negatives < labels.length) {
    throw new RangeError(
      `chooseThreshold: reference labels must be positive and negative, both present, got ${positives} positive and ${negatives} negative of ${labels.length}`,
    );
  }
  return { positives, negatives };
}
