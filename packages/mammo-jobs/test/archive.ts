import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cadOptions, createCadModel, saveCad } from '@mammo/cad-classifier';
import { createGenerator, generatorOptions, saveGenerator } from '@mammo/gan-attack';
import { formatManifest, type ManifestRow, randomStream, writePng } from '@mammo/mammo-io';

const HEIGHT = 24;
const WIDTH = 20;

/** An archive in a folder: a manifest, its images, and weights of networks that score or attack them in no time. */
export interface Archive {
  readonly manifest: string;
  readonly model: string;
  readonly remove: string;
  readonly insert: string;
}

/** What is wrong with some images of an archive. */
export interface Damage {
  /** Every so-manieth image is no image. */
  readonly poisonEvery?: number;
}

/** Makes an archive of noise: two images a patient, every second patient positive. */
export async function makeArchive(
  folder: string,
  images: number,
  { poisonEvery = Number.POSITIVE_INFINITY }: Damage = {},
): Promise<Archive> {
  await mkdir(join(folder, 'images'), { recursive: true });
  const rows: Omit<ManifestRow, 'row'>[] = [];
  for (let index = 0; index < images; index++) {
    const patient = Math.floor(index / 2);
    const path = `images/${String(index).padStart(6, '0')}.png`;
    const isPoison = (index + 1) % poisonEvery === 0;
    await writeFile(join(folder, path), isPoison ? 'no image' : noise(index));
    rows.push({
      imageId: `I${index}`,
      patientId: `P${patient}`,
      laterality: 'L',
      view: index % 2 === 0 ? 'CC' : 'MLO',
      label: patient % 2 === 0 ? 'positive' : 'negative',
      path,
    });
  }
  const manifest = join(folder, 'manifest.csv');
  await writeFile(manifest, formatManifest(rows));
  return { manifest, ...(await writeWeights(folder)) };
}

function noise(index: number): Uint8Array {
  const random = randomStream(1, 'noise', index);
  const pixels = Uint16Array.from({ length: HEIGHT * WIDTH }, () => random.integer(65536));
  return writePng({ pixels, height: HEIGHT, width: WIDTH });
}

async function writeWeights(folder: string) {
  const size = { height: HEIGHT, width: WIDTH };
  const cad = createCadModel(
    cadOptions('small', { ...size, vggModules: 3, channelMultiplier: 1 / 16 }),
    { seed: 1 },
  );
  const files: Record<string, string> = {};
  const write = async (name: string, bytes: Uint8Array): Promise<void> => {
    files[name] = join(folder, `${name}.safetensors`);
    await writeFile(files[name], bytes);
  };
  await write('model', await saveCad(cad));
  cad.dispose();
  for (const [seed, direction] of (['remove', 'insert'] as const).entries()) {
    const options = generatorOptions('small', { ...size, levels: 2 });
    const generator = createGenerator(options, { seed });
    await write(direction, await saveGenerator(generator, { direction }));
    generator.dispose();
  }
  return files as { readonly model: string; readonly remove: string; readonly insert: string };
}
