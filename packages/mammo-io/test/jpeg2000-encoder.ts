interface J2KEncoder {
  getDecodedBuffer(info: object): Uint8Array;
  setQuality(reversible: boolean, rate: number): void;
  setDecompositions(levels: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}

type EncoderModule = { J2KEncoder: new () => J2KEncoder };

// @ts-expect-error: the package has no type declarations
const { default: factory } = await import('@cornerstonejs/codec-openjpeg/wasmjs');
const silent = { print: () => {}, printErr: () => {} };
const openJpeg = (await factory(silent)) as EncoderModule;

export interface Jpeg2000ToEncode {
  readonly samples: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
  readonly isSigned?: boolean;
}

/** A lossless codestream by OpenJPEG, whose encoder needs images of 4 x 4 pixels or more. */
export function encodeJpeg2000(image: Jpeg2000ToEncode): Uint8Array {
  const { samples, height, width, isSigned = false } = image;
  const encoder = new openJpeg.J2KEncoder();
  const bitsPerSample = samples.BYTES_PER_ELEMENT * 8;
  const info = { width, height, bitsPerSample, componentCount: 1, isSigned };
  encoder.getDecodedBuffer(info).set(new Uint8Array(samples.buffer));
  encoder.setQuality(true, 0);
  encoder.setDecompositions(1);
  encoder.encode();
  const codestream = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return codestream;
}
