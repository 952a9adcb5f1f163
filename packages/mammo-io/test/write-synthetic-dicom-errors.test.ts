import { expect, test } from 'vitest';
import {
  type SyntheticDicomOptions,
  type SyntheticPixels,
  writeSyntheticDicom,
} from '../src/write-synthetic-dicom.ts';
import { greyImage, writeDicom } from './dicom/dicom-writer.ts';

const mark = { program: 'gan-attack', version: '1.2', description: 'lesion removed' };
const breast = { patientId: 'P1', laterality: 'L', view: 'MLO' } as const;
const ramp = { pixels: Uint16Array.of(0, 1, 4000, 4095, 7, 9), height: 2, width: 3 };

function write(image: SyntheticPixels, options: Partial<SyntheticDicomOptions> = {}) {
  return writeSyntheticDicom(image, { mark, ...(options.source ? {} : { breast }), ...options });
}

test('writeSyntheticDicom names wrong arguments', async () => {
  const wrongMark = { program: '', version: 'é', description: 'x' };
  await expect(write(ramp, { mark: wrongMark })).rejects.toThrow(
    'writeSyntheticDicom: mark.program must be 1 to 40 printable ASCII characters, got ""; mark.version must be 1 to 40 printable ASCII characters, got "é"',
  );
  await expect(writeSyntheticDicom(ramp, { breast } as never)).rejects.toThrow(
    'writeSyntheticDicom: mark.program must be 1 to 40 printable ASCII characters, got undefined',
  );
  await expect(writeSyntheticDicom(ramp, { mark })).rejects.toThrow(
    'writeSyntheticDicom: exactly one of source and breast must be given',
  );
  await expect(write({ ...ramp, height: 3 })).rejects.toThrow(
    'writeSyntheticDicom: pixels must have 3 x 3 values, got 6',
  );
  await expect(write({ ...ramp, width: 0 })).rejects.toThrow(
    'writeSyntheticDicom: width must be an integer in 1..65535, got 0',
  );
  await expect(write({ ...ramp, bitsStored: 17 })).rejects.toThrow(
    'writeSyntheticDicom: bitsStored must be an integer in 1..16, got 17',
  );
  await expect(write({ ...ramp, bitsStored: 11 })).rejects.toThrow(
    'writeSyntheticDicom: pixels must lie in 0..2047 (bitsStored 11), got 4000 at 2',
  );
  await expect(write(ramp, { breast: { ...breast, patientId: 'a\\b' } })).rejects.toThrow(
    'writeSyntheticDicom: patientId must be 1 to 64 characters without backslash, got "a\\\\b"',
  );
  const cine = greyImage(new Uint16Array(12), [2, 3], { set: [[0x00280008, 'IS', '2']] });
  await expect(write(ramp, { source: writeDicom({ elements: cine }) })).rejects.toThrow(
    "writeSyntheticDicom: frames must be the source's 2, or sourceFrame must name one, got 1",
  );
  await expect(write({ ...ramp, height: 1, frames: 2 })).rejects.toThrow(
    "writeSyntheticDicom: frames must be the source's 1, got 2",
  );
  await expect(
    write(ramp, { source: writeDicom({ elements: cine }), sourceFrame: 2 }),
  ).rejects.toThrow(
    'writeSyntheticDicom: sourceFrame must be an integer in 0..1, and frames 1, got 2 and 1',
  );
  await expect(write(ramp, { source: new Uint8Array(300) })).rejects.toMatchObject({
    code: 'invalid',
    message: 'writeSyntheticDicom: source: not a DICOM file',
  });
});
