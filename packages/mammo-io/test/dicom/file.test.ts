import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readDicom } from '../../src/dicom.ts';
import { openDicom } from '../../src/dicom-reader.ts';
import { concatenate, greyImage, writeDicom, writeElements } from './dicom-writer.ts';

const pixels = Uint16Array.of(1, 2, 3, 4);
const elements = greyImage(pixels, [2, 2], { set: [[0x00080005, 'CS', 'ISO_IR 100']] });
const file = writeDicom({ elements });

describe('DICOM files', () => {
  test.each([
    ['without a preamble', file.subarray(128), 'the 128-byte preamble is missing'],
    ['without preamble and prefix', file.subarray(132), 'the 128-byte preamble is missing'],
    [
      'that are bare explicit data sets',
      writeElements(elements, {}),
      'the file meta information is missing: transfer syntax guessed',
    ],
    [
      'that are bare implicit data sets',
      writeElements(elements, { explicit: false }),
      'the file meta information is missing: transfer syntax guessed',
    ],
    [
      'that claim explicit VRs but have none',
      writeDicom({ elements, explicit: false }),
      'the transfer syntax is Explicit VR Little Endian, but the elements are implicit',
    ],
    [
      'that claim implicit VRs but have explicit ones',
      writeDicom({ elements, transferSyntax: '1.2.840.10008.1.2' }),
      'the transfer syntax is Implicit VR Little Endian, but the elements are explicit',
    ],
  ])('%s are read', async (_, bytes, warning) => {
    const { storedValues, warnings } = await readDicom(bytes);
    expect(storedValues).toEqual(pixels);
    expect(warnings).toEqual([warning]);
  });

  test('without a transfer syntax are read by a guess', async () => {
    const meta = writeElements([[0x00020012, 'UI', '1.2.3']], {});
    const bytes = concatenate([file.subarray(0, 132), meta, writeElements(elements, {})]);
    expect(await readDicom(bytes)).toMatchObject({
      storedValues: pixels,
      warnings: ['the transfer syntax is missing: guessed'],
    });
  });

  test.each([
    ['padding elements', writeElements([[0xfffcfffc, 'OB', new Uint8Array(8)]], {})],
    ['garbage', new Uint8Array(20)],
    ['half an element header', new Uint8Array(3)],
  ])('with %s behind the pixel data are read: it is not looked at', async (_, rest) => {
    const { storedValues, warnings } = await readDicom(concatenate([file, rest]));
    expect(storedValues).toEqual(pixels);
    expect(warnings).toEqual([]);
  });

  describe.each([
    ['by zlib in Node', true],
    ['by DecompressionStream elsewhere', false],
  ])('deflated, inflated %s', (_name, inNode) => {
    beforeEach(() => {
      if (!inNode) vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    });
    afterEach(() => vi.restoreAllMocks());

    const meta = writeDicom({ elements: [], transferSyntax: '1.2.840.10008.1.2.1.99' });
    const deflated = Uint8Array.from(deflateRawSync(writeElements(elements, {})));

    test.each([0, 1])('are read with %d bytes of padding', async (padding) => {
      const bytes = concatenate([meta, deflated, new Uint8Array(padding)]);
      expect((await readDicom(bytes)).storedValues).toEqual(pixels);
    });

    test.each([
      ['truncated', deflated.subarray(0, -9)],
      ['damaged', deflated.map((byte, index) => (index < 9 ? 0xff : byte))],
      ['ended by a zero byte but truncated', Uint8Array.of(...deflated.subarray(0, 20), 0)],
    ])('and %s are refused', async (_, stream) => {
      await expect(readDicom(concatenate([meta, stream]))).rejects.toMatchObject({
        code: 'invalid',
        message: 'readDicom: the deflated data set is damaged or truncated',
      });
    });
  });

  test('the header of a deflated file is read without its pixels, which are refused when they are damaged', async () => {
    let state = 1;
    const noise = Uint16Array.from({ length: 200 * 200 }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 16;
    });
    const large = writeElements(greyImage(noise, [200, 200]), {});
    const meta = writeDicom({ elements: [], transferSyntax: '1.2.840.10008.1.2.1.99' });
    const whole = concatenate([meta, Uint8Array.from(deflateRawSync(large))]);
    const reader = await openDicom(whole);
    expect(reader.header).toMatchObject({ rows: 200, columns: 200 });
    expect((await reader.readFrame(0)).storedValues).toEqual(noise);
    const cut = await openDicom(whole.subarray(0, -5000));
    expect(cut.header).toMatchObject({ rows: 200, columns: 200 });
    await expect(cut.readFrame(0)).rejects.toThrow(
      'openDicom: the deflated data set is damaged or truncated',
    );
  });

  test.each([
    ['not a DICOM file', new Uint8Array(0)],
    ['not a DICOM file', new TextEncoder().encode('GIF89a is no DICOM file')],
    ['the transfer syntax is missing', file.subarray(0, 132)],
    ['the file has no pixel data (7FE0,0010)', writeDicom({ elements: [] })],
    ['the file ends inside an element header', file.subarray(0, 163)],
    [
      'transfer syntax unknown (1.2.3) is not supported',
      writeDicom({ elements, transferSyntax: '1.2.3' }),
    ],
    [
      'transfer syntax JPEG Full Progression (processes 10 and 12) (1.2.840.10008.1.2.4.55) is not supported',
      writeDicom({ elements, transferSyntax: '1.2.840.10008.1.2.4.55' }),
    ],
  ])('readDicom: %s', async (message, bytes) => {
    await expect(readDicom(bytes)).rejects.toThrow(
      expect.objectContaining({ name: 'ImageFileError', message: `readDicom: ${message}` }),
    );
  });
});
