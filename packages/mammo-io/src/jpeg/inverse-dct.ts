/** Bits behind the point of the transform's constants. */
const POINT = 13;

// cos and sin of multiples of π/16 in the combinations of figure 1 of the paper, times 2^13.
const C0_298631336 = 2446;
const C0_390180644 = 3196;
const C0_541196100 = 4433;
const C0_765366865 = 6270;
const C0_899976223 = 7373;
const C1_175875602 = 9633;
const C1_501321110 = 12299;
const C1_847759065 = 15137;
const C1_961570560 = 16069;
const C2_053119869 = 16819;
const C2_562915447 = 20995;
const C3_072711026 = 25172;

/** Eight one-dimensional transforms of a block: of its columns or of its rows. */
interface Pass {
  /** From the start of one transform to that of the next. */
  readonly stride: number;
  /** From one value of a transform to the next. */
  readonly step: number;
  /** Bits to round off. */
  readonly shift: number;
}

const { imul } = Math;

/**
 * Inverse discrete cosine transform of 8 × 8 coefficients in place, rows of 8, in 32-bit integers.
 *
 * To the last bit that of the Independent JPEG Group's library ("islow"), which most decoders use: the columns first, kept to
 * `extraBits` bits below the unit (2 with 8-bit samples, 1 with 12-bit ones, else 32 bits would not do), then the rows.
 *
 * @see C. Loeffler, A. Ligtenberg, G. S. Moschytz (1989), Practical fast 1-D DCT algorithms with 11 multiplications,
 *   doi:10.1109/ICASSP.1989.266596; ITU-T T.81, A.3.3
 */
export function inverseDct(block: Int32Array, extraBits: number): void {
  transform(block, { stride: 1, step: 8, shift: POINT - extraBits });
  transform(block, { stride: 8, step: 1, shift: POINT + extraBits + 3 });
}

/** The samples of a block that has no coefficient but the first: all are this one. */
export function inverseDctOfConstant(coefficient: number, extraBits: number): number {
  const shift = extraBits + 3;
  return ((coefficient << extraBits) + (1 << (shift - 1))) >> shift;
}

function transform(block: Int32Array, { stride, step, shift }: Pass): void {
  const half = 1 << (shift - 1);
  for (let start = 0; start < 8 * stride; start += stride) {
    const i1 = start + step;
    const i2 = i1 + step;
    const i3 = i2 + step;
    const i4 = i3 + step;
    const i5 = i4 + step;
    const i6 = i5 + step;
    const i7 = i6 + step;

    const b1 = block[i1]!;
    const b3 = block[i3]!;
    const b5 = block[i5]!;
    const b7 = block[i7]!;
    if ((b1 | block[i2]! | b3 | block[i4]! | b5 | block[i6]! | b7) === 0) {
      const constant = ((block[start]! << POINT) + half) >> shift;
      for (let index = start; index <= i7; index += step) block[index] = constant;
      continue;
    }

    const sum04 = (block[start]! + block[i4]!) << POINT;
    const difference04 = (block[start]! - block[i4]!) << POINT;
    const rotation26 = imul(block[i2]! + block[i6]!, C0_541196100);
    const even2 = rotation26 - imul(block[i6]!, C1_847759065);
    const even3 = rotation26 + imul(block[i2]!, C0_765366865);
    const e0 = sum04 + even3 + half;
    const e1 = difference04 + even2 + half;
    const e2 = difference04 - even2 + half;
    const e3 = sum04 - even3 + half;

    const rotation = imul(b1 + b3 + b5 + b7, C1_175875602);
    const sum17 = -imul(b1 + b7, C0_899976223);
    const sum35 = -imul(b3 + b5, C2_562915447);
    const sum37 = rotation - imul(b3 + b7, C1_961570560);
    const sum15 = rotation - imul(b1 + b5, C0_390180644);
    const o0 = imul(b1, C1_501321110) + sum17 + sum15;
    const o1 = imul(b3, C3_072711026) + sum35 + sum37;
    const o2 = imul(b5, C2_053119869) + sum35 + sum15;
    const o3 = imul(b7, C0_298631336) + sum17 + sum37;

    block[start] = (e0 + o0) >> shift;
    block[i7] = (e0 - o0) >> shift;
    block[i1] = (e1 + o1) >> shift;
    block[i6] = (e1 - o1) >> shift;
    block[i2] = (e2 + o2) >> shift;
    block[i5] = (e2 - o2) >> shift;
    block[i3] = (e3 + o3) >> shift;
    block[i4] = (e3 - o3) >> shift;
  }
}
