import { unpackBinary } from './embedded-binary.ts';
import {
  LARGEST_IDLE_MEMORY,
  type WasmDecoderInput,
  type WasmDecoderResult,
} from './wasm-decoder.ts';

/** What codecs/openjpeg/decoder.c exports; addresses are those of `memory`. */
interface OpenJpeg {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  allocate(length: number): number;
  release(bytes: number): void;
  /** 1 where the stream was decoded. */
  decode(bytes: number, length: number): number;
  /** Where width, height, components, precision, the address of the samples and a message are. */
  decoded(): number;
}

const MESSAGE_BYTES = 256;

let compiling: Promise<WebAssembly.Module> | undefined;
let idle: OpenJpeg | undefined;

/**
 * Decodes a grey JPEG 2000 codestream by OpenJPEG, which is part of this package as WebAssembly with vector instructions. After a
 * fault inside it, which may have left its memory inconsistent, the next call gets a fresh instance; where it could not be loaded,
 * for want of memory say, the next call tries again.
 */
export async function decodeByOpenJpeg(input: WasmDecoderInput): Promise<WasmDecoderResult> {
  compiling ??= compileOpenJpeg();
  let codec: OpenJpeg;
  try {
    codec = idle ?? (await instantiate(await compiling));
  } catch {
    compiling = undefined;
    return { failure: 'the decoder cannot be loaded' };
  }
  idle = undefined;
  try {
    const result = decodeWith(codec, input);
    if (codec.memory.buffer.byteLength <= LARGEST_IDLE_MEMORY) idle = codec;
    return result;
  } catch {
    return { failure: 'the decoder stopped' };
  }
}

async function compileOpenJpeg(): Promise<WebAssembly.Module> {
  const { OPENJPEG_BINARY } = await import('./openjpeg-binary.ts');
  return WebAssembly.compile(await unpackBinary(OPENJPEG_BINARY));
}

/** The C library's output goes nowhere. */
async function instantiate(module: WebAssembly.Module): Promise<OpenJpeg> {
  const ignored = WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]);
  const imports = { wasi_snapshot_preview1: Object.fromEntries(ignored) };
  const { exports } = await WebAssembly.instantiate(module, imports);
  const codec = exports as unknown as OpenJpeg;
  codec._initialize();
  return codec;
}

function decodeWith(
  codec: OpenJpeg,
  { bytes, height, width }: WasmDecoderInput,
): WasmDecoderResult {
  const encoded = codec.allocate(bytes.length);
  if (encoded === 0) return { failure: 'there is not enough memory' };
  new Uint8Array(codec.memory.buffer, encoded, bytes.length).set(bytes);
  const done = codec.decode(encoded, bytes.length) === 1;
  const { buffer } = codec.memory;
  const place = codec.decoded();
  const [decodedWidth, decodedHeight, components, precision, address] = new Uint32Array(
    buffer,
    place,
    5,
  ) as Iterable<number> as [number, number, number, number, number];
  const whole = decodedWidth === width && decodedHeight === height && components === 1;
  const usable = done && whole && precision <= 16;
  const Samples = precision > 8 ? Uint16Array : Uint8Array;
  const result: WasmDecoderResult = usable
    ? { samples: new Samples(buffer, address, height * width).slice(), precision }
    : { failure: messageAt(new Uint8Array(buffer, place + 20, MESSAGE_BYTES)) };
  codec.release(encoded);
  return result;
}

function messageAt(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))).trim();
  return text === '' ? 'the decoder stopped' : text;
}
