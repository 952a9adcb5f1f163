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
  /** The label of an image in the mix. */
  readonly label: (image: CaseImage, isFake: boolean) => CaseLabel;
}

/** Real images of a split, each with its fake. */
export async function mixedSet(
  { input, cohort, scoring }: ProbeScene,
  { split, patients = () => true, most, label }: MixOptions,
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
    const fakes = await generatePixels(generator, set, indices, scoring);
    generator.dispose();
    const reals = await pixelsOf(set, indices);
    for (const [i, index] of indices.entries()) {
      const image = set.images[index];
      const [real, fake] = [reals[i], fakes[i]];
      if (!image || !real || !fake) continue;
      const { lesionType: _, ...plain } = image;
      images.push(
        { ...plain, label: label(image, false) },
        { ...plain, imageId: fakeId(image.imageId, direction), label: label(image, true) },
      );
      pixels.push(real, fake);
    }
  }
  return memoryImageSet({ height: set.height, width: set.width, images, pixels });
}
