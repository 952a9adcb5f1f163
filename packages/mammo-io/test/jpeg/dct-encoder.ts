/** Quantised coefficients to write as a sequential JPEG: blocks in reading order, 64 in zigzag order each. */
export interface CoefficientsToEncode {
  readonly blocks: readonly (readonly number[])[];
  readonly height: number;
  readonly width: number;
  readonly precision?: 8 | 12;
  readonly quantisation: readonly number[];
  /** Blocks between restart markers. */
  readonly restartInterval?: number;
  /** State the height behind the scan. */
  readonly dnl?: boolean;
  readonly omit?: 'dqt' | 'dc' | 'ac';
}

const AC_SYMBOLS = [0, 0xf0];
for (let run = 0; run < 16; run++) {
  for (let category = 1; category <= 15; category++) AC_SYMBOLS.push((run << 4) | category);
}
const DC_SYMBOLS = [...Array(16).keys()];

/** Writes every code with 5 (DC) or 13 (AC) bits, straight from ITU-T T.81 annex F. */
export function encodeCoefficients(image: CoefficientsToEncode): Uint8Array {
  const { blocks, height, width, precision = 8, quantisation, restartInterval = 0 } = image;
  const counts = (length: number, count: number) =>
    Array.from({ length: 16 }, (_, index) => (index + 1 === length ? count : 0));
  const head = [
    ...[0xff, 0xd8],
    ...(image.omit === 'dqt' ? [] : segment(0xdb, [0x10, ...quantisation.flatMap(word)])),
    ...segment(precision === 8 ? 0xc0 : 0xc1, [
      ...[precision, ...word(image.dnl ? 0 : height), ...word(width), 1, 7, 0x22, 0],
    ]),
    ...(image.omit === 'dc' ? [] : segment(0xc4, [0, ...counts(5, 16), ...DC_SYMBOLS])),
    ...(image.omit === 'ac'
      ? []
      : segment(0xc4, [0x10, ...counts(13, AC_SYMBOLS.length), ...AC_SYMBOLS])),
    ...(restartInterval ? segment(0xdd, word(restartInterval)) : []),
    ...segment(0xda, [1, 7, 0, 0, 63, 0]),
  ];
  const step = restartInterval || blocks.length;
  const body: number[] = [];
  for (let from = 0; from < blocks.length; from += step) {
    if (from > 0) body.push(0xff, 0xd0 | ((from / step - 1) % 8));
    body.push(...encodeBlocks(blocks.slice(from, from + step)));
  }
  const end = image.dnl ? segment(0xdc, word(height)) : [];
  return Uint8Array.from([...head, ...body, ...end, 0xff, 0xd9]);
}

function encodeBlocks(blocks: readonly (readonly number[])[]): number[] {
  let bits = '';
  let before = 0;
  for (const [dc = 0, ...ac] of blocks) {
    bits += coded(DC_SYMBOLS, categoryOf(dc - before), 5) + valueBits(dc - before);
    before = dc;
    const last = ac.map((value) => value !== 0).lastIndexOf(true);
    let run = 0;
    for (const value of ac.slice(0, last + 1)) {
      if (value === 0) {
        run++;
        continue;
      }
      for (; run > 15; run -= 16) bits += coded(AC_SYMBOLS, 0xf0, 13);
      bits += coded(AC_SYMBOLS, (run << 4) | categoryOf(value), 13) + valueBits(value);
      run = 0;
    }
    if (last < 62) bits += coded(AC_SYMBOLS, 0, 13);
  }
  bits += '1'.repeat((8 - (bits.length % 8)) % 8);
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
}

function coded(symbols: readonly number[], symbol: number, length: number): string {
  return symbols.indexOf(symbol).toString(2).padStart(length, '0');
}

function categoryOf(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
}

function valueBits(value: number): string {
  const category = categoryOf(value);
  const offset = value < 0 ? value + 2 ** category - 1 : value;
  return category === 0 ? '' : offset.toString(2).padStart(category, '0');
}

function segment(marker: number, payload: readonly number[]): number[] {
  return [0xff, marker, ...word(payload.length + 2), ...payload];
}

function word(value: number): [number, number] {
  return [value >> 8, value & 255];
}
