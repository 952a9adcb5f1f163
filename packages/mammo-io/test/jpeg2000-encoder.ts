/** The encoders of the two codecs have these in common. */
interface Encoder {
  getDecodedBuffer(info: object): Uint8Array;
  setQuality(reversible: boolean, rate: number): void;
  setDecompositions(levels: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}

type EncoderClass = new () => Encoder;

// @ts-expect-error: the package has no type declarations
const { default: openJpeg } = await import('@cornerstonejs/codec-openjpeg/wasmjs');
// @ts-expect-error: the package has no type declarations
const { default: openJph } = await import('@cornerstonejs/codec-openjph/wasmjs');
const silent = () => ({ print: () => {}, printErr: () => {} });
const { J2KEncoder } = (await openJpeg(silent())) as { J2KEncoder: EncoderClass };
const { HTJ2KEncoder } = (await openJph(silent())) as { HTJ2KEncoder: EncoderClass };

export interface Jpeg2000ToEncode {
  readonly samples: Uint8Array | Uint16Array;
  readonly height: number;
  readonly width: number;
  readonly isSigned?: boolean;
  readonly highThroughput?: boolean;
  /** Default: all bits of the array's elements. */
  readonly bitsPerSample?: number;
  /** Step of the irreversible coder. Default: lossless. */
  readonly quantization?: number;
}

/** A codestream, by OpenJPH if of high throughput, else by OpenJPEG, whose encoder needs 4 x 4 pixels or more. */
export function encodeJpeg2000(image: Jpeg2000ToEncode): Uint8Array {
  const { samples, height, width, isSigned = false, highThroughput = false } = image;
  const encoder = highThroughput ? new HTJ2KEncoder() : new J2KEncoder();
  const { bitsPerSample = samples.BYTES_PER_ELEMENT * 8, quantization } = image;
  const info = {
    width,
    height,
    bitsPerSample,
    componentCount: 1,
    isSigned,
    isUsingColorTransform: false,
  };
  encoder.getDecodedBuffer(info).set(new Uint8Array(samples.buffer));
  encoder.setQuality(quantization === undefined, quantization ?? 0);
  encoder.setDecompositions(1);
  encoder.encode();
  const codestream = Uint8Array.from(encoder.getEncodedBuffer());
  encoder.delete();
  return codestream;
}
