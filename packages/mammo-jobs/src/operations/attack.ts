import { loadCad, score } from '@mammo/cad-classifier';
import { applyGenerator, type Generator, loadGenerator } from '@mammo/gan-attack';
import { type CaseLabel, writeSyntheticPng } from '@mammo/mammo-io';
import type { Store } from '../storage/store.ts';
import { caseFields } from './case-fields.ts';
import { imageName } from './image-name.ts';
import { imageSetOf } from './image-set-of.ts';
import { loadWeights, type WeightsFile } from './load-weights.ts';
import { mapImages } from './map-images.ts';
import type { Operation } from './operation.ts';
import type { ImageReading, ReadImage } from './read-images.ts';
import { type EngineSettings, startEngine } from './start-engine.ts';

/** What decides the fakes of a job and their scores. */
export interface AttackSettings extends EngineSettings {
  /** The classifier that is attacked. */
  readonly model: WeightsFile;
  /** Makes positive images look negative. */
  readonly remove: WeightsFile;
  /** Makes negative images look positive. */
  readonly insert: WeightsFile;
  readonly attackId: string;
  readonly reading: Omit<ImageReading, 'height' | 'width'>;
}

const DIRECTION = { positive: 'remove', negative: 'insert' } as const;
const OPPOSITE = { positive: 'negative', negative: 'positive' } as const;
const MARK = { program: 'mammo-jobs', version: '0.1.0' };

/**
 * Makes a fake of each image, keeps it as a 16-bit PNG that says so (`images/….synthetic.png`), and scores both: the records are
 * adversarial-eval's pairs.
 */
export async function open(settings: AttackSettings): Promise<Operation> {
  await startEngine(settings);
  const cad = loadCad(await loadWeights(settings.model));
  const { height, width } = cad.options;
  const generators: Readonly<Record<CaseLabel, Generator>> = {
    positive: loadGenerator(await loadWeights(settings.remove)),
    negative: loadGenerator(await loadWeights(settings.insert)),
  };
  const reading = { ...settings.reading, height, width };
  const attackBatch = async (images: readonly ReadImage[], store: Store) => {
    const fakes = await makeFakes(images, generators, reading);
    const real = await score(cad, imageSetOf(images, reading));
    const fake = await score(
      cad,
      imageSetOf(
        images.map(({ row }, index) => ({ row, pixels: fakes[index]! })),
        reading,
      ),
    );
    for (const [index, { row }] of images.entries()) {
      await store.write(fakeKey(row.imageId), pngOf(fakes[index]!, reading, row.label));
    }
    return images.map(({ row }, index) => ({
      ...caseFields(row),
      direction: DIRECTION[row.label],
      intendedLabel: OPPOSITE[row.label],
      scoreReal: real.probabilities[index],
      scoreFake: fake.probabilities[index],
      attackId: settings.attackId,
    }));
  };
  return {
    run: (rows, store) => mapImages(rows, reading, (images) => attackBatch(images, store)),
    close: () => {
      for (const owned of [cad, ...Object.values(generators)]) owned.dispose();
    },
  };
}

/** Where the fake of an image is kept. */
export function fakeKey(imageId: string): string {
  return `images/${imageName(imageId)}.synthetic.png`;
}

/** The fakes of images, in their order, whatever their classes. */
async function makeFakes(
  images: readonly ReadImage[],
  generators: Readonly<Record<CaseLabel, Generator>>,
  size: { readonly height: number; readonly width: number },
): Promise<readonly Uint16Array[]> {
  const fakes: Uint16Array[] = [];
  const set = imageSetOf(images, size);
  for (const label of ['positive', 'negative'] as const) {
    const indices = images.flatMap(({ row }, index) => (row.label === label ? [index] : []));
    for await (const { index, pixels } of applyGenerator(generators[label], set, { indices })) {
      fakes[index] = pixels;
    }
  }
  return fakes;
}

function pngOf(
  pixels: Uint16Array,
  { height, width }: { readonly height: number; readonly width: number },
  label: CaseLabel,
): Uint8Array {
  const description = `${DIRECTION[label]} cancer, by a generative network`;
  return writeSyntheticPng({ pixels, height, width }, { mark: { ...MARK, description } });
}
