import { ImageFileError } from './image-file-error.ts';
import { type DecodedSamples, wasmDecoder } from './wasm-decoder.ts';

const charLs = wasmDecoder({
  className: 'JpegLSDecoder',
  // @ts-expect-error: the package has no type declarations
  glue: () => import('@cornerstonejs/codec-charls/decodewasmjs'),
  binary: async () => (await import('./charls-binary.ts')).CHARLS_BINARY,
});

const SOF55 = 0xf7;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * Decodes a grey JPEG-LS stream, lossless or near-lossless, by CharLS.
 *
 * @param size the height and width that the image must have
 * @throws ImageFileError if the stream is damaged, truncated, of another size, or not grey
 * @see ITU-T T.87 (1998)
 */
export async function decodeJpegLs(
  bytes: Uint8Array,
  size: { readonly height: number; readonly width: number },
): Promise<DecodedSamples> {
  requireFrame(bytes, size);
  const image = await charLs({ bytes: terminated(bytes), ...size });
  if (!('failure' in image)) return image;
  throw invalid(`the JPEG-LS stream is damaged (${image.failure})`);
}

/** With an end marker: without one, CharLS counts zeros for seconds behind the end of a truncated stream. */
function terminated(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length + 2);
  copy.set(bytes);
  copy.set([0xff, EOI], bytes.length);
  return copy;
}

/** The frame header is checked before CharLS takes memory for it. */
function requireFrame(
  bytes: Uint8Array,
  size: { readonly height: number; readonly width: number },
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = frameHeaderOffset(view);
  const height = view.getUint16(frame + 1);
  const width = view.getUint16(frame + 3);
  const components = view.getUint8(frame + 5);
  if (components !== 1) {
    throw new ImageFileError(
      'unsupported',
      `the JPEG-LS stream must be grey, got ${components} components`,
    );
  }
  if (height !== size.height || width !== size.width) {
    throw invalid(
      `the JPEG-LS image must have ${size.height}x${size.width} pixels, got ${height}x${width}`,
    );
  }
}

function frameHeaderOffset(view: DataView): number {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) {
    throw invalid('the JPEG-LS stream has no start marker');
  }
  let position = 2;
  while (position + 10 <= view.byteLength && view.getUint8(position) === 0xff) {
    const marker = view.getUint8(position + 1);
    if (marker === SOF55) return position + 4;
    if (marker === SOS) break;
    position += marker === 0xff ? 1 : 2 + view.getUint16(position + 2);
  }
  throw invalid('the JPEG-LS stream has no frame header');
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
