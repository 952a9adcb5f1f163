import { describe, expect, test } from 'vitest';
import { readMammogram } from '../src/mammogram.ts';
import { readPng } from '../src/png.ts';
import { syntheticFileName } from '../src/synthetic-mark.ts';
import { writeSyntheticPng } from '../src/write-synthetic-png.ts';

const mark = { program: 'gan-attack', version: '1.2', description: 'lesion inserted' };
const image = { pixels: Uint16Array.of(0, 1, 2, 65535), height: 2, width: 2 };

describe('writeSyntheticPng', () => {
  test('writes the pixels with the mark', async () => {
    const file = writeSyntheticPng(image, { mark });
    const { pixels, text } = readPng(file);
    expect(pixels).toEqual(image.pixels);
    expect(text).toEqual({
      Synthetic: 'Made by a program. Not an acquired mammogram, not for diagnosis.',
      Software: 'gan-attack 1.2',
      Description: 'lesion inserted',
    });
    expect((await readMammogram(file)).synthetic).toBe(true);
  });

  test('names wrong arguments', () => {
    expect(() => writeSyntheticPng(image, { mark: { ...mark, description: ' ' } })).toThrow(
      'writeSyntheticPng: mark.description must be 1 to 500 printable ASCII characters, got " "',
    );
    const bytes = { ...image, pixels: new Uint8Array(4) as unknown as Uint16Array };
    expect(() => writeSyntheticPng(bytes, { mark })).toThrow(
      'writeSyntheticPng: pixels must be a Uint16Array',
    );
  });
});

describe('syntheticFileName', () => {
  test.each([
    ['scans/1.dcm', undefined, 'scans/1.synthetic.dcm'],
    ['scans/1.dcm', '.png', 'scans/1.synthetic.png'],
    ['a.b/scan', undefined, 'a.b/scan.synthetic'],
    ['c:\\scans\\x.y.dcm', '.dcm', 'c:\\scans\\x.y.synthetic.dcm'],
    ['x.synthetic.png', '.dcm', 'x.synthetic.dcm'],
    ['.hidden', undefined, '.hidden.synthetic'],
  ])('%s', (path, extension, expected) => {
    expect(syntheticFileName(path, extension)).toBe(expected);
  });

  test('needs a file name', () => {
    expect(() => syntheticFileName('folder/')).toThrow(
      'syntheticFileName: path must name a file, got "folder/"',
    );
  });
});
