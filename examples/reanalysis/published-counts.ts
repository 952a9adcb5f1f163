import type { Count } from '@mammo/reader-study-stats';

/** Right answers of one reader to one kind of image, before and after education. */
export interface PublishedRow {
  readonly reader: string;
  readonly kind: 'fake, looks positive' | 'fake, looks negative' | 'real';
  /** Session 3. */
  readonly before: Count;
  /** Session 5. */
  readonly after: Count;
  /** As printed in the paper. */
  readonly published: string;
}

/**
 * The comparisons of sessions 3 and 5 that the paper's text quotes for single readers. The rates and
 * p-values are published (Zhou et al. 2021, doi 10.1038/s41467-021-27577-x, high resolution); the
 * totals of fakes by class (180 and 38, then 183 and 37) are inferred from the rates, and a rate of two
 * decimals fixes its count within one or two.
 */
export const PUBLISHED_COUNTS: readonly PublishedRow[] = [
  row('2', 'fake, looks positive', [95, 180], [132, 183], '< .01'),
  row('3', 'fake, looks positive', [63, 180], [90, 183], '< .01'),
  row('4', 'fake, looks positive', [128, 180], [123, 183], '.13'),
  row('5', 'fake, looks positive', [77, 180], [51, 183], '< .01'),
  row('2', 'fake, looks negative', [15, 38], [12, 37], '.13'),
  row('3', 'fake, looks negative', [13, 38], [22, 37], '< .01'),
  row('4', 'fake, looks negative', [26, 38], [31, 37], '< .01'),
  row('5', 'fake, looks negative', [19, 38], [8, 37], '< .01'),
  row('5', 'real', [133, 218], [143, 220], '.09'),
];

function row(
  reader: string,
  kind: PublishedRow['kind'],
  ...[before, after, published]: readonly [
    readonly [number, number],
    readonly [number, number],
    string,
  ]
): PublishedRow {
  const count = ([k, n]: readonly [number, number]): Count => ({ k, n });
  return { reader, kind, before: count(before), after: count(after), published };
}
