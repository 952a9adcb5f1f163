/** A value representation, as far as element headers depend on it. */
export interface ValueRepresentation {
  /** Two capital letters. */
  readonly name: string;
  /** The length follows in four bytes, after two that are reserved. */
  readonly long: boolean;
  /** It is one of the standard's. */
  readonly known: boolean;
}

const LONG = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const SHORT = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const A = 65;
const LETTERS = 26;

/** By first and second letter. What the standard will define later has long headers (PS3.5 section 7.1.2). */
const REPRESENTATIONS: readonly ValueRepresentation[] = Array.from(
  { length: LETTERS ** 2 },
  (_, index) => {
    const name = String.fromCharCode(A + Math.floor(index / LETTERS), A + (index % LETTERS));
    return { name, long: !SHORT.has(name), known: SHORT.has(name) || LONG.has(name) };
  },
);

/** The value representation that two bytes name; nothing where they are no capital letters. */
export function valueRepresentation(
  first: number,
  second: number,
): ValueRepresentation | undefined {
  const row = first - A;
  const column = second - A;
  const letters = row >= 0 && row < LETTERS && column >= 0 && column < LETTERS;
  return letters ? REPRESENTATIONS[row * LETTERS + column] : undefined;
}
