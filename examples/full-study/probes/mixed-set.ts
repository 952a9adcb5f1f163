import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadGenerator } from '@mammo/gan-attack';
import {
  type CaseImage,
  type CaseLabel,
  type ImageSet,
  memoryImageSet,
  type Split,
} from '@mammo/mammo-io';
import { withLabel } from '../cohort.ts';
import { DIRECTIONS, fakeId, SOURCE_LABEL } from '../fakes.ts';
import { generatePixels } from '../stages/make-fakes.ts';
import { type ProbeScene, pixelsOf } from './probe-scene.ts';

/** How real images and fakes of a split become one training set. */
export interface MixOptions {
  readonly split: Split;
  /** Only images of these patients. */
  readonly patients?: (patientId: string) => boolean;
  /** At most so many images of each direction. */
  readonly most: number;
  /** Only one image of so many gets its fake beside it; default 1. */
  readonly fakeEvery?: number;
  /** The label of an image in the mix. */
  readonly label: (image: CaseImage, isFake: boolean) => CaseLabel;
}

/** Real images of a split with fakes of them. */
export async function mixedSet(
  { input, cohort, scoring }: ProbeScene,
  { split, patients = () => true, most, fakeEvery = 1, label }: MixOptions,
): Promise<ImageSet> {
  const { set, record } = cohort;
  const images: CaseImage[] = [];
  const pixels: Uint16Array[] = [];
  for (const direction of DIRECTIONS) {
    const indices = withLabel(set.images, record.splits[split], SOURCE_LABEL[direction])
      .filter((index) => patients(set.images[index]?.patientId ?? ''))
      .slice(0, most);
    const path = join(input.studyPath, 'attack', direction, 'generator.safetensors');
    const generator = loadGenerator(await readFile(path));
    const faked = indices.filter((_, i) => i % fakeEvery === 0);
    const fakes = await generatePixels(generator, set, faked, scoring);
    generator.dispose();
    const reals = await pixelsOf(set, indices);
    const add = (index: number, isFake: boolean, grey: Uint16Array | undefined): void => {
      const image = set.images[index];
      if (!image || !grey) return;
      const { lesionType: _, ...plain } = image;
      const imageId = isFake ? fakeId(image.imageId, direction) : image.imageId;
      images.push({ ...plain, imageId, label: label(image, isFake) });
      pixels.push(grey);
    };
    for (const [i, index] of indices.entries()) add(index, false, reals[i]);
    for (const [i, index] of faked.entries()) add(index, true, fakes[i]);
  }
  return memoryImageSet({ height: set.height, width: set.width, images, pixels });
}
