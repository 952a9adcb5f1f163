/** Height of a strip with a label, in pixels. */
export const LABEL_HEIGHT = 11;

/** Letters of 5 × 7 pixels: one number per row, the leftmost pixel its bit 4. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  A: [14, 17, 17, 31, 17, 17, 17],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [30, 17, 17, 17, 17, 17, 30],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  H: [17, 17, 17, 31, 17, 17, 17],
  I: [14, 4, 4, 4, 4, 4, 14],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 25, 21, 19, 17, 17, 17],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  Y: [17, 17, 10, 4, 4, 4, 4],
};

/**
 * Whether a pixel of the strip that says `word`, white on black, is white.
 *
 * @param place row in [0, LABEL_HEIGHT), column from 0
 */
export function labelPixel(
  word: string,
  { row, column }: { row: number; column: number },
): boolean {
  const [y, x] = [row - 2, column - 2];
  const letter = LETTERS[word[Math.floor(x / 6)] ?? ''];
  if (letter === undefined || y < 0 || x < 0 || x % 6 > 4) return false;
  return (((letter[y] ?? 0) >> (4 - (x % 6))) & 1) === 1;
}

/** Pixels that a word is wide. */
export function labelWidth(word: string): number {
  return word.length * 6 + 3;
}
