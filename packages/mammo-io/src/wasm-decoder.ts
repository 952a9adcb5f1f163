import { unpackBinary } from './embedded-binary.ts';

/** Grey samples of a compressed image. */
export interface DecodedSamples {
  /** Signed samples as two's complement. */
  readonly samples: Uint8Array | Uint16Array;
  /** Bits of a sample, 1 to 16. */
  readonly precision: number;
  /** What was wrong with the stream and has been mended. Default: nothing. */
  readonly warnings?: readonly string[];
}

/** A decoder of the cornerstone codecs: C++ classes compiled by Emscripten, one instance for each image. */
interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
  decode(): void;
  delete(): void;
}

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

interface WasmModule {
  readonly [decoderClass: string]: unknown;
  getExceptionMessage?(exception: unknown): string;
}

type ModuleFactory = (options: {
  print(line: string): void;
  printErr(line: string): void;
  wasmBinary: Uint8Array;
}) => Promise<WasmModule>;

/** An imported CommonJS module, whatever the bundler makes of its default export. */
interface FactoryModule {
  readonly default: unknown;
}

/** Where a decoder comes from. */
export interface WasmDecoderSource {
  /** Name of the decoder's class in the module. */
  readonly className: string;
  /** The JavaScript around the WebAssembly. */
  readonly glue: () => Promise<FactoryModule>;
  /** The WebAssembly file as codecs/embed.ts embeds it. */
  readonly binary: () => Promise<string>;
}

/** What to decode and how large it must be. */
export interface WasmDecoderInput {
  readonly bytes: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** The image, or why there is none. */
export type WasmDecoderResult = DecodedSamples | { readonly failure: string };

/** A codec whose memory grew beyond this after an image is given up: WebAssembly memory never shrinks. */
export const LARGEST_IDLE_MEMORY: number = 2 ** 28;

interface Loaded {
  readonly module: WasmModule;
  /** What the codec printed since the last decoding began. */
  readonly messages: string[];
}

/**
 * A function that decodes by a codec of cornerstone's family. The module is loaded at the first call and reused; after a fault
 * inside it, which may have left its memory inconsistent, the next call gets a fresh one; so does one after a failure to load.
 */
export function wasmDecoder(
  source: WasmDecoderSource,
): (input: WasmDecoderInput) => Promise<WasmDecoderResult> {
  let loading: Promise<Loaded | undefined> | undefined;
  return async (input) => {
    loading ??= loadModule(source);
    const loaded = await loading;
    if (loaded === undefined) {
      loading = undefined;
      return { failure: 'the decoder cannot be loaded' };
    }
    const { module, messages } = loaded;
    messages.length = 0;
    const { result, reusable } = decodeBy(module, source.className, input);
    if (!reusable) loading = undefined;
    if (result !== undefined && !('failure' in result)) return result;
    const printed = messages.find((message) => message.startsWith('[ERROR]'));
    return { failure: printed ?? result?.failure ?? 'the decoder stopped' };
  };
}

async function loadModule({ glue, binary }: WasmDecoderSource): Promise<Loaded | undefined> {
  const messages: string[] = [];
  const print = (line: string): void => void messages.push(line);
  try {
    const wasmBinary = await unpackBinary(await binary());
    const factory = factoryOf(await glue());
    return { module: await factory({ print, printErr: print, wasmBinary }), messages };
  } catch {
    return undefined;
  }
}

function factoryOf(imported: FactoryModule): ModuleFactory {
  const { default: exported } = imported;
  const factory = typeof exported === 'function' ? exported : (exported as FactoryModule).default;
  return factory as ModuleFactory;
}

interface Attempt {
  readonly result: WasmDecoderResult | undefined;
  readonly reusable: boolean;
}

function decodeBy(module: WasmModule, className: string, input: WasmDecoderInput): Attempt {
  try {
    const decoder = new (module[className] as new () => Decoder)();
    decoder.getEncodedBuffer(input.bytes.length).set(input.bytes);
    decoder.decode();
    const result = decodedImage(decoder, input);
    const memory = decoder.getDecodedBuffer().buffer.byteLength;
    decoder.delete();
    return { result, reusable: memory <= LARGEST_IDLE_MEMORY };
  } catch (error) {
    // C++ exceptions arrive as addresses of what was thrown.
    const failure = typeof error === 'number' ? module.getExceptionMessage?.(error) : undefined;
    return { result: failure === undefined ? undefined : { failure }, reusable: false };
  }
}

function decodedImage(decoder: Decoder, { height, width }: WasmDecoderInput) {
  const { bitsPerSample, componentCount, ...size } = decoder.getFrameInfo();
  // Junk is decoded to 0x0 without an exception.
  const whole = size.width === width && size.height === height && componentCount === 1;
  if (!whole || bitsPerSample > 16) return undefined;
  // The decoder's memory is reused: the samples are copied out of it.
  const bytes = new Uint8Array(decoder.getDecodedBuffer());
  const samples = bitsPerSample > 8 ? new Uint16Array(bytes.buffer) : bytes;
  return samples.length === width * height ? { samples, precision: bitsPerSample } : undefined;
}
