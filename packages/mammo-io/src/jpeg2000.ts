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
  const image = decodeBy(decoder, codestream, size);
  if (image !== undefined) return image;
  const detail = messages.find((message) => message.startsWith('[ERROR]'));
  throw invalid(`the JPEG 2000 stream is damaged (${detail ?? 'the decoder stopped'})`);
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
  const print = (line: string): void => void messages.push(line);
  const collect = { print, printErr: print };
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

/** The image, or nothing where OpenJPEG cannot decode the stream. */
function decodeBy(
  openJpeg: OpenJpeg,
  codestream: Uint8Array,
  size: CodestreamSize,
): Jpeg2000Image | undefined {
  const decoder = new openJpeg.J2KDecoder();
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream);
    decoder.decode();
  } catch {
    // A fault inside the module may have left its memory inconsistent: the next image gets a fresh one.
    codec = undefined;
    return undefined;
  }
  const image = decodedImage(decoder, size);
  decoder.delete();
  return image;
}

function decodedImage(decoder: J2KDecoder, size: CodestreamSize): Jpeg2000Image | undefined {
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  // Junk is decoded to 0x0 without an exception.
  const whole = width === size.width && height === size.height && componentCount === 1;
  if (!whole || bitsPerSample > 16) return undefined;
  // The decoder's memory is reused: the samples are copied out of it.
  const bytes = new Uint8Array(decoder.getDecodedBuffer());
  const samples = bitsPerSample > 8 ? new Uint16Array(bytes.buffer) : bytes;
  return samples.length === width * height ? { samples, precision: bitsPerSample } : undefined;
}

/** No codestream of a mammogram is 4096 times smaller than its samples: more is refused before memory is taken for it. */
function requirePlausibleSize(length: number, { height, width }: CodestreamSize): void {
  if (height * width <= 2 ** 22 + length * 4096) return;
  throw invalid(`a JPEG 2000 stream of ${length} bytes cannot hold ${height}x${width} pixels`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
