import { ImageFileError } from './image-file-error.ts';
import {
  type CodestreamSize,
  hasSignedSamples,
  isHighThroughput,
  prepareCodestream,
} from './jpeg2000-codestream.ts';
import { limitSamples } from './limit-samples.ts';
import { decodeByOpenJpeg } from './openjpeg.ts';
import {
  type DecodedSamples,
  type WasmDecoderInput,
  type WasmDecoderResult,
  wasmDecoder,
} from './wasm-decoder.ts';

const openJph = wasmDecoder({
  className: 'HTJ2KDecoder',
  // @ts-expect-error: the package has no type declarations
  glue: () => import('@cornerstonejs/codec-openjph/wasmjs'),
  binary: async () => (await import('./openjph-binary.ts')).OPENJPH_BINARY,
});

/**
 * Decodes a grey JPEG 2000 codestream by OpenJPEG. High-Throughput JPEG 2000 is decoded by OpenJPH, and by OpenJPEG where that
 * refuses or cannot be loaded.
 *
 * @param size the height and width that the image must have
 * @throws ImageFileError if the stream is damaged, truncated, of another size, or not grey
 */
export async function decodeJpeg2000(
  bytes: Uint8Array,
  size: CodestreamSize,
): Promise<DecodedSamples> {
  const { bytes: codestream, levelShift, warnings } = prepareCodestream(bytes, size);
  requirePlausibleSize(bytes.length, size);
  const image = await decodeCodestream({ bytes: codestream, ...size });
  if ('failure' in image) {
    throw invalid(`the JPEG 2000 stream is damaged (${image.failure})`);
  }
  if (levelShift === 0) return { ...image, warnings };
  return { ...image, samples: image.samples.map((sample) => sample - levelShift), warnings };
}

async function decodeCodestream(input: WasmDecoderInput): Promise<WasmDecoderResult> {
  if (!isHighThroughput(input.bytes)) return decodeByOpenJpeg(input);
  const image = await openJph(input);
  if ('failure' in image) return decodeByOpenJpeg(input);
  // OpenJPEG keeps samples within their bits; OpenJPH lets compression carry them beyond.
  limitSamples(image, { signed: hasSignedSamples(input.bytes) });
  return image;
}

/** No codestream of a mammogram is 4096 times smaller than its samples: more is refused before memory is taken for it. */
function requirePlausibleSize(length: number, { height, width }: CodestreamSize): void {
  if (height * width <= 2 ** 22 + length * 4096) return;
  throw invalid(`a JPEG 2000 stream of ${length} bytes cannot hold ${height}x${width} pixels`);
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
