import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyGenerator, type Generator } from '@mammo/gan-attack';
import { type ImageSet, writePng } from '@mammo/mammo-io';
import { createImageStore } from '@mammo/mammo-io/node';
import { fakeStore } from '../fake-store.ts';
import { type Direction, fakeFileName, fakeId, syntheticMark } from '../fakes.ts';
import type { ScoringOptions } from './score-pixels.ts';

export interface FakesRequest {
  readonly generator: Generator;
  readonly direction: Direction;
  readonly set: ImageSet;
  /** Indices of the images to be faked. */
  readonly wanted: readonly number[];
  readonly scoring: ScoringOptions;
}

/** Makes fakes and keeps them at 16 bit in the study's store; returns them by their source's index. */
export async function storeFakes(
  studyPath: string,
  { generator, direction, set, wanted, scoring }: FakesRequest,
): Promise<Map<number, Uint16Array>> {
  const { height, width, batch, signal } = scoring;
  const folder = join(studyPath, fakeStore(direction));
  await rm(folder, { recursive: true, force: true });
  const writer = await createImageStore(folder, { height, width });
  const fakes = new Map<number, Uint16Array>();
  try {
    for await (const fake of applyGenerator(generator, set, { indices: wanted, batch, signal })) {
      const imageId = fakeId(fake.source.imageId, direction);
      await writer.append({ ...fake.source, imageId }, fake.pixels);
      fakes.set(fake.index, fake.pixels);
    }
  } finally {
    await writer.close();
  }
  return fakes;
}

/** What a generator makes of images, in their order. */
export async function generatePixels(
  generator: Generator,
  set: ImageSet,
  indices: readonly number[],
  { batch, signal }: ScoringOptions,
): Promise<Uint16Array[]> {
  const made: Uint16Array[] = [];
  for await (const { pixels } of applyGenerator(generator, set, { indices, batch, signal })) {
    made.push(pixels);
  }
  return made;
}

/** Writes the adversarial test set as marked 16-bit PNGs. */
export async function writeTestSet(
  studyPath: string,
  {
    direction,
    set,
    sources,
    fake,
  }: {
    readonly direction: Direction;
    readonly set: ImageSet;
    readonly sources: readonly number[];
    readonly fake: readonly Uint16Array[];
  },
): Promise<void> {
  const folder = join(studyPath, 'adversarial-test-set', direction);
  await mkdir(folder, { recursive: true });
  const { height, width } = set;
  for (const [i, index] of sources.entries()) {
    const [image, pixels] = [set.images[index], fake[i]];
    if (!image || !pixels) continue;
    const text = syntheticMark(image.imageId, direction);
    const png = writePng({ pixels, height, width, text });
    await writeFile(join(folder, fakeFileName(image.imageId, direction)), png);
  }
}
