import type { CommandContext } from '@mammo/command-line';
import type { ImageSet, PreprocessedImage } from '@mammo/mammo-io';
import { memoryImageSet } from '@mammo/mammo-io';
import { preprocessFiles } from '@mammo/mammo-io/node';
import type { InputFile } from './input-files.ts';
import type { OpenedModel } from './open-model.ts';

/** Files that were read together, at the size of a model. */
export interface ImageChunk {
  readonly files: readonly InputFile[];
  readonly images: readonly PreprocessedImage[];
  readonly set: ImageSet;
}

/** Which files could not be read is added to `failed`. */
export interface ChunkOptions {
  readonly size: number;
  readonly threads: number | undefined;
  readonly failed: { readonly path: string; readonly error: string }[];
}

/** Reads files in their order, some at a time. */
export async function* imageChunks(
  files: readonly InputFile[],
  { model, policy }: OpenedModel,
  { size, threads, failed, signal }: ChunkOptions & Pick<CommandContext, 'signal'>,
): AsyncGenerator<ImageChunk, void, undefined> {
  const { height, width } = model.options;
  const stream = preprocessFiles(files, {
    height,
    width,
    policy,
    chestWall: 'by-side',
    ...(threads !== undefined && { threads }),
    signal,
    onError: ({ message, cause }, { path }) => {
      failed.push({ path, error: cause instanceof Error ? cause.message : message });
    },
  });
  let chunk: { file: InputFile; image: PreprocessedImage }[] = [];
  for await (const item of stream) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield toChunk(chunk, { height, width });
    chunk = [];
  }
  if (chunk.length > 0) yield toChunk(chunk, { height, width });
}

function toChunk(
  items: readonly { readonly file: InputFile; readonly image: PreprocessedImage }[],
  size: { readonly height: number; readonly width: number },
): ImageChunk {
  const set = memoryImageSet({
    ...size,
    images: items.map(({ file }) => ({
      imageId: file.path,
      patientId: file.path,
      laterality: 'L',
      view: 'CC',
      label: 'negative', // nothing of this is looked at when images are scored
    })),
    pixels: items.map(({ image }) => image.pixels),
  });
  return { files: items.map(({ file }) => file), images: items.map(({ image }) => image), set };
}
