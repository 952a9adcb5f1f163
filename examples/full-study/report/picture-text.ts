/** Five octal digits a glyph, one for each row of three pixels. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '25755',
  B: '65656',
  C: '34443',
  D: '65556',
  E: '74647',
  F: '74644',
  G: '34753',
  H: '55755',
  I: '72227',
  J: '11152',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '57775',
  O: '25552',
  P: '65644',
  Q: '25573',
  R: '65655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55222',
  Z: '71247',
  0: '75557',
  1: '26227',
  2: '71747',
  3: '71717',
  4: '55711',
  5: '74717',
  6: '74757',
  7: '71111',
  8: '75757',
  9: '75717',
  '.': '00002',
  ',': '00024',
  ':': '02020',
  '(': '12221',
  ')': '42224',
  '-': '00700',
  '=': '07070',
  '>': '42124',
  '%': '51245',
  '×': '05250',
};

/** Rows of a glyph, and columns with the space after it. */
const [GLYPH_HEIGHT, ADVANCE] = [5, 4];

/** An RGB picture that is being painted, row by row. */
export interface Canvas {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** Rows that a line of text takes whose dots are so many pixels wide. */
export const textHeight = (dot: number): number => GLYPH_HEIGHT * dot;

/**
 * Writes one line in black, capitals alone; what the font lacks is left blank, what leaves the picture is cut off.
 *
 * @param at - top left corner of the first glyph; `dot`: pixels along each side of one of its dots
 */
export function drawText(
  canvas: Canvas,
  text: string,
  at: { readonly top: number; readonly left: number; readonly dot: number },
): void {
  for (const [place, character] of [...text.toUpperCase()].entries()) {
    const rows = [...(GLYPHS[character] ?? '00000')].map(Number);
    for (const [y, bits] of rows.entries()) {
      for (const x of [0, 1, 2].filter((column) => bits & (4 >> column))) {
        const left = at.left + (place * ADVANCE + x) * at.dot;
        fillSquare(canvas, { top: at.top + y * at.dot, left, side: at.dot });
      }
    }
  }
}

function fillSquare(
  { pixels, height, width }: Canvas,
  { top, left, side }: { readonly top: number; readonly left: number; readonly side: number },
): void {
  const [from, to] = [Math.min(left, width), Math.min(left + side, width)];
  for (let row = top; row < Math.min(top + side, height); row++) {
    pixels.fill(0, 3 * (row * width + from), 3 * (row * width + to));
  }
}
