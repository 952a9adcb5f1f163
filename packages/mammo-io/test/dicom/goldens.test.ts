import { describe, expect, test } from 'vitest';
import { readDicom } from '../../src/dicom.ts';
import { readGoldens, readShared, sha256OfWords, skipReason } from '../shared-data.ts';

interface Golden {
  readonly transfer_syntax: string;
  readonly rows: number | null;
  readonly columns: number | null;
  readonly numberOfFrames: number | null;
  readonly sha256_stored_u16le?: string;
  readonly expect?: string;
}

const goldens = Object.entries(
  readGoldens<{ data: Record<string, Golden> }>('goldens/decode.json').data,
);

const unsupported: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.53': 'JPEG Spectral Selection (processes 6 and 8)',
  '1.2.840.10008.1.2.4.55': 'JPEG Full Progression (processes 10 and 12)',
};

/** Lossy: decoders agree within ±1, and no golden has the pixels. Their lossless siblings stand in, within the coding loss. */
const lossySiblings: Readonly<Record<string, string>> = {
  'derived-dicom/ts12/mg12_htj2k_lossy_203.dcm': 'derived-dicom/ts12/mg12_evrle.dcm',
  'derived-dicom/ts8_odd/mg8_htj2k_lossy_203.dcm': 'derived-dicom/ts8_odd/mg8_evrle.dcm',
};

/** Its image size is overwritten by a delimiter; the golden is what one decoder made of that. */
const damagedSize = 'third-party-dicom/pydicom__JPEG2000-embedded-sequence-delimiter.dcm';

const isCovered = ([path, golden]: (typeof goldens)[number]) =>
  golden.sha256_stored_u16le !== undefined &&
  !(golden.transfer_syntax in unsupported) &&
  !(path in lossySiblings) &&
  path !== damagedSize;

describe.skipIf(skipReason)(`readDicom on real files${skipReason}`, () => {
  test.each(goldens.filter(isCovered))('%s is read bit-exact', async (path, golden) => {
    const image = await readDicom(readShared(path));
    expect(sha256OfWords(image.storedValues)).toBe(golden.sha256_stored_u16le);
    if (golden.rows === null) return;
    expect(image.rows).toBe(golden.rows);
    expect(image.columns).toBe(golden.columns);
    expect(image.frames).toBe(golden.numberOfFrames ?? 1);
  });

  test.each(Object.entries(lossySiblings))('%s is close to its source', async (path, source) => {
    const { storedValues, bitsStored } = await readDicom(readShared(path));
    const original = (await readDicom(readShared(source))).storedValues;
    let total = 0;
    for (const [index, value] of original.entries()) {
      total += Math.abs(value - storedValues[index]!);
    }
    expect(total / original.length).toBeLessThan(0.005 * 2 ** bitsStored);
  });

  test.each(goldens.filter(([, { transfer_syntax }]) => transfer_syntax in unsupported))(
    '%s is refused by the name of its transfer syntax',
    async (path, { transfer_syntax: uid }) => {
      await expect(readDicom(readShared(path))).rejects.toMatchObject({
        code: 'unsupported',
        message: `readDicom: transfer syntax ${unsupported[uid]} (${uid}) is not supported`,
      });
    },
  );

  test.each([
    ['codec_traps/bad_jpegll70_truncated_codestream.dcm', 'the JPEG scan ends in row 172 of 192'],
    ['variants/bad_empty.dcm', 'not a DICOM file'],
    ['variants/bad_not_dicom.dcm', 'not a DICOM file'],
    ['variants/bad_truncated_header.dcm', /^readDicom: the file ends inside element \(/],
    [
      'variants/bad_truncated_pixeldata.dcm',
      'the file ends inside element (7FE0,0010): its value needs 163840 bytes, 143840 are left',
    ],
    [
      'variants/bad_ts_says_evrle_but_encapsulated.dcm',
      'the pixel data is compressed, but the transfer syntax is Explicit VR Little Endian',
    ],
  ])('derived-dicom/%s: %s', async (name, message) => {
    const expected = typeof message === 'string' ? `readDicom: ${message}` : message;
    await expect(readDicom(readShared(`derived-dicom/${name}`))).rejects.toMatchObject({
      name: 'ImageFileError',
      code: 'invalid',
      message: typeof expected === 'string' ? expected : expect.stringMatching(expected),
    });
  });

  test('a JPEG 2000 stream with a damaged image size is refused', async () => {
    await expect(readDicom(readShared(damagedSize))).rejects.toThrow(
      'readDicom: the JPEG 2000 image must have 1024x256 pixels, got 1024x3722445056',
    );
  });
});
