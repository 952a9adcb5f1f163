import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tripletPictures } from '../../src/report/triplet-pictures.ts';

/** Samples and texts of a PNG picture as the writer makes them: 8 bits, filter 2. */
function decode(url: string) {
  const bytes = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64');
  expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks: { readonly type: string; readonly data: Buffer }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      data: bytes.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  const of = (type: string) => chunks.find((chunk) => chunk.type === type)?.data;
  const header = of('IHDR')!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rowBytes = width * (header[9] === 2 ? 3 : 1);
  const rows = inflateSync(of('IDAT')!);
  const samples = new Uint8Array(rowBytes * height);
  for (let i = 0; i < samples.length; i++) {
    const row = Math.floor(i / rowBytes);
    samples[i] = rows[i + row + 1]! + (row > 0 ? samples[i - rowBytes]! : 0);
  }
  return { width, height, rowBytes, samples, text: of('tEXt')?.toString('latin1') };
}

/** The strip below a fake. */
const SYNTHETIC = `
.........................................................
.........................................................
...####.#...#.#...#.#####.#...#.#####.#####..###...###...
..#.....#...#.##..#...#...#...#.#.......#.....#...#...#..
..#......#.#..#.#.#...#...#...#.#.......#.....#...#......
...###....#...#..##...#...#####.####....#.....#...#......
......#...#...#...#...#...#...#.#.......#.....#...#......
......#...#...#...#...#...#...#.#.......#.....#...#...#..
..####....#...#...#...#...#...#.#####...#....###...###...
.........................................................
.........................................................
`.trim();

const GEOMETRY = { height: 80, width: 70, maximum: 65535 };
const real = new Uint16Array(5600).fill(32768);
const fake = real.map((value, i) => (i === 0 ? 65535 : i === 1 ? 0 : value));

describe('tripletPictures', () => {
  it('paints grey levels, and changes red and blue', () => {
    const pictures = tripletPictures({ caseId: 'a', real, fake, ...GEOMETRY });
    const grey = decode(pictures.fake);
    expect([grey.width, grey.height]).toEqual([70, 91]);
    expect([...grey.samples.subarray(0, 3)]).toEqual([255, 0, 128]);
    const colour = decode(pictures.difference);
    expect([...colour.samples.subarray(0, 9)]).toEqual([255, 0, 0, 0, 0, 255, 255, 255, 255]);
    expect([pictures.width, pictures.height]).toEqual([70, 91]);
  });

  it('says in pixels and in the file that fakes are synthetic', () => {
    const pictures = tripletPictures({ caseId: 'a', real, fake, ...GEOMETRY });
    const strip = (url: string): string => {
      const { samples, width, rowBytes } = decode(url);
      const step = rowBytes / width;
      return Array.from({ length: 11 }, (_, y) =>
        Array.from({ length: 57 }, (_, x) =>
          samples[(80 + y) * rowBytes + x * step] ? '#' : '.',
        ).join(''),
      ).join('\n');
    };
    expect(strip(pictures.fake)).toBe(SYNTHETIC);
    expect(strip(pictures.real)).not.toBe(SYNTHETIC);
    expect(decode(pictures.fake).text).toMatch(/^Synthetic\0Made by a program/);
    expect(decode(pictures.difference).text).toMatch(/^Synthetic\0/);
    expect(decode(pictures.real).text).toBeUndefined();
  });

  it('averages large images down and pads narrow ones', () => {
    const size = { height: 40, width: 20, maximum: 1 };
    const checks = Float32Array.from({ length: 800 }, (_, i) => (i + Math.floor(i / 20)) % 2);
    const { real: small } = tripletPictures(
      { caseId: 'a', real: checks, fake: checks, ...size },
      { longestSide: 20 },
    );
    const { samples, width, height } = decode(small);
    expect([width, height]).toEqual([57, 31]);
    expect([...samples.subarray(0, 12)]).toEqual([...Array(10).fill(128), 0, 0]);
  });

  it('shows a window of the values', () => {
    const picture = tripletPictures({ caseId: 'a', real, fake, ...GEOMETRY, window: [0, 32768] });
    expect([...decode(picture.fake).samples.subarray(0, 3)]).toEqual([255, 0, 255]);
  });

  it('refuses images that it cannot show', () => {
    const images = { caseId: 'a', real, fake, ...GEOMETRY };
    const made =
      (change: object, options = {}) =>
      () =>
        tripletPictures({ ...images, ...change }, options);
    expect(made({ width: 71 })).toThrow('tripletPictures: images must have 80x71 = 5680 pixels');
    expect(made({ window: [5, 5] })).toThrow(
      'tripletPictures: window must rise and be finite, got [5,5]',
    );
    expect(made({}, { longestSide: 3 })).toThrow(
      'tripletPictures: longestSide must be a whole number from 16 on, got 3',
    );
    expect(made({}, { gain: 0 })).toThrow('gain must be positive');
    expect(made({ real: new Float32Array(5600).fill(Number.NaN) })).toThrow(
      'tripletPictures: pixels must be finite, got NaN at 0',
    );
  });
});
