import { readFileSync } from 'node:fs';
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

/** Where native OpenJPH, whose hashes the goldens have, is 1 above or below: see the README there. */
const { corrections } = JSON.parse(
  readFileSync(new URL('../fixtures/htj2k-lossy/data.json', import.meta.url), 'utf8'),
) as { readonly corrections: Readonly<Record<string, string>> };

/**
 * Its image size is overwritten by a delimiter, and the golden is memory that GDCM left uninitialised: other values at every run.
 * The pixels are those of the file that pydicom made it from.
 */
const damagedSize = 'third-party-dicom/pydicom__JPEG2000-embedded-sequence-delimiter.dcm';

const isCovered = ([path, golden]: (typeof goldens)[number]) =>
  golden.sha256_stored_u16le !== undefined &&
  !(golden.transfer_syntax in unsupported) &&
  !(path in corrections) &&
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

  test.each(Object.entries(corrections))(
    '%s is within 1 of native OpenJPH',
    async (path, changes) => {
      const { storedValues } = await readDicom(readShared(path));
      let place = 0;
      for (const [, gap, sign] of changes.matchAll(/(\d+)([+-])/g)) {
        place += Number(gap);
        storedValues[place]! += sign === '+' ? 1 : -1;
      }
      const golden = new Map(goldens).get(path);
      expect(sha256OfWords(storedValues)).toBe(golden?.sha256_stored_u16le);
    },
  );

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

  test('a JPEG 2000 stream whose image size a delimiter overwrote has the pixels of the sound one', async () => {
    const damaged = await readDicom(readShared(damagedSize));
    const sound = await readDicom(readShared('third-party-dicom/dicom-test__NM1_J2KI.dcm'));
    expect(damaged.storedValues).toEqual(sound.storedValues);
    expect(damaged.warnings).toEqual([
      'the JPEG 2000 image size is damaged (1024x3722445056): that of its tile is used',
    ]);
  });
});
