import { encodeRle } from '../rle-encoder.ts';
import { PIXEL_DATA } from './data-element.ts';
import type { WrittenFormat } from './origin.ts';
import type { StoredValues } from './stored-values.ts';
import {
  type ElementToWrite,
  encodeDataSet,
  encodeEncapsulated,
  shortElement,
  textElement,
} from './write-data-set.ts';

/** The attributes that say how pixels are stored. */
export function formatElements(format: WrittenFormat): readonly ElementToWrite[] {
  return [
    shortElement(0x00280002, 'US', 1), // SamplesPerPixel
    textElement(0x00280004, 'CS', format.photometricInterpretation),
    ...(format.frames > 1 ? [textElement(0x00280008, 'IS', String(format.frames))] : []),
    shortElement(0x00280010, 'US', format.rows),
    shortElement(0x00280011, 'US', format.columns),
    shortElement(0x00280100, 'US', format.bitsAllocated),
    shortElement(0x00280101, 'US', format.bitsStored),
    shortElement(0x00280102, 'US', format.bitsStored - 1), // HighBit
    shortElement(0x00280103, 'US', format.signed ? 1 : 0), // PixelRepresentation
  ];
}

/** The pixel data element, uncompressed little endian or RLE, one frame after the other. */
export function encodePixels(
  pixels: StoredValues,
  options: { readonly columns: number; readonly frames: number; readonly rle: boolean },
): Uint8Array {
  const { columns, frames, rle } = options;
  if (rle) {
    const length = pixels.length / frames;
    const encoded = Array.from({ length: frames }, (_, frame) =>
      encodeRle(pixels.subarray(frame * length, (frame + 1) * length), columns),
    );
    return encodeEncapsulated(PIXEL_DATA, encoded);
  }
  if (pixels instanceof Uint8Array) {
    return encodeDataSet([{ tag: PIXEL_DATA, vr: 'OB', value: pixels }]);
  }
  const value = new Uint8Array(pixels.length * 2);
  for (let index = 0; index < pixels.length; index++) {
    value[index * 2] = pixels[index]! & 0xff;
    value[index * 2 + 1] = (pixels[index]! >> 8) & 0xff;
  }
  return encodeDataSet([{ tag: PIXEL_DATA, vr: 'OW', value }]);
}
