/** An image to encode as lossless JPEG. */
export interface ImageToEncode {
  readonly samples: Uint16Array;
  readonly height: number;
  readonly width: number;
  readonly precision?: number;
  /** Selection value 1..7. */
  readonly predictor?: number;
  readonly restartRows?: number;
  readonly pointTransform?: number;
  /** Code lengths: all 5 bits, or 1, 2, 3, … 16 bits. */
  readonly codes?: 'flat' | 'skewed';
  readonly components?: number;
  /** Low byte of the frame header marker, 0xc3 for lossless. */
  readonly frameMarker?: number;
}

/** Encodes sample by sample, straight from ITU-T T.81 annex H: slow, and independent of the decoder. */
export function encodeJpegLossless(image: ImageToEncode): Uint8Array {
  const { height, width, precision = 16, predictor = 1, restartRows = 0 } = image;
  const { pointTransform = 0, codes = 'flat', components = 1, frameMarker = 0xc3 } = image;
  const lengths = codes === 'flat' ? Array(17).fill(5) : [...Array(15).keys()].map((i) => i + 1);
  while (lengths.length < 17) lengths.push(16);
  const counts = Array.from({ length: 16 }, (_, i) => lengths.filter((l) => l === i + 1).length);
  const restart = restartRows * width;
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xc4, [0, ...counts, ...Array(17).keys()]),
    ...segment(frameMarker, [precision, ...word(height), ...word(width), components, 1, 0x11, 0]),
    ...(restart ? segment(0xdd, word(restart)) : []),
    ...segment(0xda, [1, 1, 0, predictor, 0, pointTransform]),
  ];
  const body: number[] = [];
  const step = restartRows || height;
  for (let row = 0; row < height; row += step) {
    if (row > 0) body.push(0xff, 0xd0 | ((row / step - 1) % 8));
    body.push(...encodeRows(image, row, Math.min(row + step, height), canonicalCodes(lengths)));
  }
  return Uint8Array.from([...head, ...body, 0xff, 0xd9]);
}

function encodeRows(
  image: ImageToEncode,
  from: number,
  to: number,
  codes: readonly string[],
): number[] {
  const { width, pointTransform = 0 } = image;
  let bits = '';
  for (let row = from; row < to; row++) {
    for (let column = 0; column < width; column++) {
      const sample = image.samples[row * width + column]! >> pointTransform;
      bits += differenceBits(sample - prediction(image, from, [row, column]), codes);
    }
  }
  bits += '1'.repeat((8 - (bits.length % 8)) % 8);
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
}

function prediction(
  { samples, width, precision = 16, predictor = 1, pointTransform = 0 }: ImageToEncode,
  firstRow: number,
  [row, column]: readonly [number, number],
): number {
  const at = (rowAt: number, columnAt: number) =>
    samples[rowAt * width + columnAt]! >> pointTransform;
  if (row === firstRow) {
    return column === 0 ? 2 ** (precision - pointTransform - 1) : at(row, column - 1);
  }
  if (column === 0) return at(row - 1, 0);
  const left = at(row, column - 1);
  const above = at(row - 1, column);
  return predict(predictor, { left, above, corner: at(row - 1, column - 1) });
}

function predict(
  predictor: number,
  { left, above, corner }: Record<'left' | 'above' | 'corner', number>,
): number {
  const half = (value: number) => Math.floor(value / 2);
  const table = [
    left,
    above,
    corner,
    left + above - corner,
    left + half(above - corner),
    above + half(left - corner),
    half(left + above),
  ];
  return table[predictor - 1]!;
}

/** The difference modulo 2^16 as category code and offset bits (table H.2). */
function differenceBits(difference: number, codes: readonly string[]): string {
  const wrapped = ((((difference + 32767) % 65536) + 65536) % 65536) - 32767;
  const category = wrapped === 0 ? 0 : Math.floor(Math.log2(Math.abs(wrapped))) + 1;
  if (category === 0 || category === 16) return codes[category]!;
  const offset = wrapped < 0 ? wrapped + 2 ** category - 1 : wrapped;
  return codes[category]! + offset.toString(2).padStart(category, '0');
}

function canonicalCodes(lengths: readonly number[]): readonly string[] {
  let code = 0;
  return lengths.map((length, index) => {
    if (index > 0) code = (code + 1) << (length - lengths[index - 1]!);
    return code.toString(2).padStart(length, '0');
  });
}

function segment(marker: number, payload: readonly number[]): number[] {
  return [0xff, marker, ...word(payload.length + 2), ...payload];
}

function word(value: number): [number, number] {
  return [value >> 8, value & 255];
}
