import { randomStream } from '../src/random.ts';
import type { Read } from '../src/reads.ts';

/** A study of two blinded sessions with different images, whose truth is known. */
export interface Scenario {
  readonly name: string;
  /** Log odds of a right answer to a real image, one per reader. */
  readonly readers: readonly number[];
  /** Real images of each session; of fakes there are as many. */
  readonly images: number;
  /** Standard deviation of the images' difficulty, in log odds. */
  readonly imageSd: number;
  /** Standard deviation of what a reader has in one session only. */
  readonly driftSd: number;
  /** What the second session adds for all readers. */
  readonly effect: number;
}

export const READERS: readonly string[] = ['R1', 'R2', 'R3', 'R4', 'R5'];

/**
 * Answers of the readers to all images, in an order that is the same for all:
 * logit P(right) = reader + reader in session + session + image.
 */
export function simulateSessions(
  { readers, images, imageSd, driftSd, effect }: Scenario,
  seed: number,
): readonly Read[] {
  const random = randomStream(seed);
  return ['3', '5'].flatMap((session, s) => {
    const cases = Array.from({ length: 2 * images }, (_, i) => ({
      case: `${session}-${i}`,
      truth: i < images ? ('real' as const) : ('fake' as const),
      difficulty: imageSd * random.normal(),
    }));
    const shuffled = random.shuffle(cases);
    return readers.flatMap((level, r) => {
      const drift = driftSd * random.normal();
      return shuffled.map(({ difficulty, ...image }, position): Read => {
        const eta = level + drift + s * effect + difficulty;
        const isRight = random.uniform() < 1 / (1 + Math.exp(-eta));
        return {
          ...image,
          reader: READERS[r]!,
          session,
          appearance: 'negative',
          label: isRight === (image.truth === 'real') ? 'real' : 'not-real',
          order: position + 1,
          simulated: true,
        };
      });
    });
  });
}

/** Sizes of the paper's sessions 3 and 5, rounded to the smaller; levels as quoted or near. */
export const PAPER: Omit<Scenario, 'name'> = {
  readers: [2.1, 0.4, 2.6, 2.2, 0.5],
  images: 218,
  imageSd: 0.7,
  driftSd: 0,
  effect: 0,
};
