import type { Appearance, Read } from '../reads.ts';
import { type AucEstimate, deLongInterval } from '../roc/delong.ts';
import { ORDINAL_RATINGS } from './score-reads.ts';

/** How well one reader tells fakes from real images in one session, whatever their criterion. */
export interface ReaderArea {
  /** Whose answers, as {@link Read} names the reader. */
  readonly reader: string;
  /** Where they were given, as {@link Read} names the session. */
  readonly session: string;
  /** Of the images compared, real and fake alike. */
  readonly appearance: 'all' | Appearance;
  /** Answers to real images, at least one. */
  readonly reals: number;
  /** Answers to fake images, at least one. */
  readonly fakes: number;
  /** Answers "unsure" among them. */
  readonly unsure: number;
  /** Area under the ROC curve of the ratings real < unsure < not real; fakes are the positives. */
  readonly area: AucEstimate;
  /** Always this one: "unsure" lies between the other two answers. */
  readonly policy: 'ordinal';
  /** true if any answer is simulated. */
  readonly simulated: boolean;
}

/**
 * The policy 'ordinal' for "unsure": instead of an accuracy, the area under the empirical ROC curve of
 * the answers as ratings, real 1 < unsure 2 < not real 3, by reader × session × {all, positive,
 * negative}, with DeLong's interval. It takes real and fake images together: a session with only one of
 * the two has no area and is left out.
 *
 * @param reads answers of any number of readers and sessions
 * @param options level of the intervals, default 0.95
 * @example
 * ```ts
 * readerAreas(reads); // the area of every reader in every session, 'unsure' between the other two
 * ```
 * @see DeLong et al. 1988, doi 10.2307/2531595
 */
export function readerAreas(
  reads: readonly Read[],
  options: { readonly level?: number } = {},
): readonly ReaderArea[] {
  const groups = new Map<string, Read[]>();
  for (const read of reads) {
    const key = JSON.stringify([read.reader, read.session]);
    const group = groups.get(key);
    if (group) group.push(read);
    else groups.set(key, [read]);
  }
  return [...groups.values()].flatMap((group) =>
    (['all', 'positive', 'negative'] as const).flatMap((appearance) => {
      const cell = group.filter((read) => appearance === 'all' || read.appearance === appearance);
      const fakes = cell.filter((read) => read.truth === 'fake').length;
      const reals = cell.length - fakes;
      if (fakes === 0 || reals === 0) return [];
      const ratings = cell.map((read) => ORDINAL_RATINGS[read.label]);
      const labels = cell.map((read) => (read.truth === 'fake' ? 'positive' : 'negative'));
      return {
        reader: group[0]!.reader,
        session: group[0]!.session,
        appearance,
        reals,
        fakes,
        unsure: cell.filter((read) => read.label === 'unsure').length,
        area: deLongInterval(ratings, labels, options),
        policy: 'ordinal' as const,
        simulated: cell.some((read) => read.simulated),
      };
    }),
  );
}
