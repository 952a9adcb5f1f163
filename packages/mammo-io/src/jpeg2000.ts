import { ImageFileError } from './image-file-error.ts';
import { type CodestreamSize, checkedCodestream } from './jpeg2000-codestream.ts';

/** Grey samples of a JPEG 2000 codestream. */
export interface Jpeg2000Image {
  /** Signed samples as two's complement. */
  readonly samples: Uint8Array | Uint16Array;
  /** Bits of a sample, 1 to 16. */
  readonly precision: number;
}

/**
 * Decodes a grey JPEG 2000 or High-Throughput JPEG 2000 codestream by OpenJPEG (WebAssembly, or plain JavaScript where
 * the WebAssembly file cannot be loaded).
 *
 * @param size the height and width that the image must have
 * @throws ImageFileError if the stream is damaged, truncated, of another size, or not grey
 */
export async function decodeJpeg2000(
  bytes: Uint8Array,
  size: CodestreamSize,
): Promise<Jpeg2000Image> {
  const codestream = checkedCodestream(bytes, size);
  requirePlausibleSize(bytes.length, size);
  codec ??= loadCodec();
  const { decoder, messages } = await codec;
  messages.length = 0;
  try {
    return decode(decoder, codestream, size);
  } catch (error) {
    // A fault inside the module may have left its memory inconsistent: the next image gets a fresh one.
    codec = undefined;
    if (error instanceof ImageFileError) throw error;
    const detail = messages.find((message) => message.startsWith('[ERROR]'));
    throw invalid(`the JPEG 2000 stream is damaged (${detail ?? 'the decoder stopped'})`, error);
  }
}

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

interface J2KDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  decode(): void;
  delete(): void;
}

interface OpenJpeg {
  readonly J2KDecoder: new () => J2KDecoder;
}

type OpenJpegFactory = (options: {
  print(line: string): void;
  printErr(line: string): void;
}) => Promise<OpenJpeg>;

interface Codec {
  readonly decoder: OpenJpeg;
  /** What OpenJPEG printed since the last decoding began. */
  readonly messages: string[];
}

let codec: Promise<Codec> | undefined;

async function loadCodec(): Promise<Codec> {
  const messages: string[] = [];
  const collect = { print: () => {}, printErr: (line: string) => void messages.push(line) };
  try {
    // @ts-expect-error: the package has no type declarations
    const wasm = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
    return { decoder: await factoryOf(wasm)(collect), messages };
  } catch {
    // @ts-expect-error: the package has no type declarations
    const javascript = await import('@cornerstonejs/codec-openjpeg/decode');
    return { decoder: await factoryOf(javascript)(collect), messages };
  }
}

/** The factory of a CommonJS module, whatever the bundler makes of its default export. */
function factoryOf(module: {
  default: OpenJpegFactory | { default: OpenJpegFactory };
}): OpenJpegFactory {
  return typeof module.default === 'function' ? module.default : module.default.default;
}

function decode(openJpeg: OpenJpeg, codestream: Uint8Array, size: CodestreamSize): Jpeg2000Image {
  const decoder = new openJpeg.J2KDecoder();
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
    const whole = width === size.width && height === size.height && componentCount === 1;
    // Junk is decoded to 0x0 without an exception.
    if (!whole) throw new Error('wrong size');
    if (bitsPerSample > 16) {
      throw new ImageFileError('unsupported', `JPEG 2000 samples of ${bitsPerSample} bits`);
    }
    // The decoder's memory is reused: the samples are copied out of it.
    const bytes = new Uint8Array(decoder.getDecodedBuffer());
    const samples = bitsPerSample > 8 ? new Uint16Array(bytes.buffer) : bytes;
    if (samples.length !== width * height) throw new Error('wrong length');
    return { samples, precision: bitsPerSample };
  } finally {
    decoder.delete();
  }
}

/** No codestream of a mammogram is 4096 times smaller than its samples: more is refused before memory is taken for it. */
function requirePlausibleSize(length: number, { height, width }: CodestreamSize): void {
  if (height * width <= 2 ** 22 + length * 4096) return;
  throw invalid(`a JPEG 2000 stream of ${length} bytes cannot hold ${height}x${width} pixels`);
}

function invalid(message: string, cause?: unknown): ImageFileError {
  return new ImageFileError('invalid', message, { cause });
}
