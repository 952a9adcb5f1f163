import { randomUUID } from 'node:crypto';
import { differenceImage } from '@mammo/adversarial-eval';
import type { PlannedSession, StudyPlan } from '@mammo/reader-study-stats';
import type { PictureRole, picture } from './database/schema.ts';
import type { PictureFolder } from './pictures.ts';
import { Refused } from './refused.ts';

/** A grey image, 16 bits. */
export interface GreyImage {
  readonly pixels: Uint16Array;
  readonly height: number;
  readonly width: number;
}

/** Reads an image by its id; throws if it is none. */
export type LoadImage = (caseId: string) => Promise<GreyImage>;

export type PictureRow = typeof picture.$inferInsert;

interface Shown {
  readonly role: PictureRole;
  readonly caseId: string;
  readonly truth: 'real' | 'fake';
  readonly image: GreyImage;
}

/**
 * Writes every picture that a plan shows into the folder, all files with the same number of bytes. An image that is shown twice is written
 * twice, under ids that have nothing in common.
 *
 * @returns a row for each of them
 * @throws Refused listing all images that cannot be read, or fakes of triplets that have another size than their real image; the folder is
 * as it was then
 */
export async function writePictures(
  folder: PictureFolder,
  studyId: string,
  { plan, load }: { readonly plan: StudyPlan; readonly load: LoadImage },
): Promise<PictureRow[]> {
  const written: PictureRow[] = [];
  const problems = new Set<string>();
  try {
    for (const [index, session] of plan.sessions.entries()) {
      for (const { shown, order, appearance } of places(session, load)) {
        const pictures = await shown().catch((error: Error) => problems.add(error.message));
        if (!Array.isArray(pictures) || problems.size > 0) continue;
        for (const { image, ...facts } of pictures as readonly Shown[]) {
          const { height, width, pixels } = image;
          const id = randomUUID();
          const place = { studyId, ordinal: index + 1, position: order, appearance };
          written.push({ id, ...place, ...facts, height, width });
          await folder.write(id, pixels);
        }
      }
    }
    if (problems.size > 0) throw new Refused(400, `images:\n${[...problems].join('\n')}`);
    await folder.equalise(written.map(({ id }) => id));
    return written;
  } catch (error) {
    await folder.remove(written.map(({ id }) => id));
    throw error;
  }
}

/** Sessions in which no real image has the size of a fake: readers could tell them apart by it. */
export function tellingSizes(pictures: readonly PictureRow[], plan: StudyPlan): string[] {
  return plan.sessions.flatMap(({ session, purpose }, index) => {
    const sizes = (truth: 'real' | 'fake') =>
      new Set(
        pictures
          .filter((row) => row.ordinal === index + 1 && row.truth === truth)
          .map(({ height, width }) => `${height} × ${width}`),
      );
    const [real, fake] = [sizes('real'), sizes('fake')];
    const mixed = real.size > 0 && fake.size > 0;
    if (purpose === 'education' || !mixed || [...fake].some((size) => real.has(size))) return [];
    return [
      `Session ${session}: real images are ${[...real].join(', ')}, fakes ${[...fake].join(', ')}: readers can tell them by their size.`,
    ];
  });
}

interface Place {
  readonly order: number;
  readonly appearance: 'positive' | 'negative';
  readonly shown: () => Promise<readonly Shown[]>;
}

function places({ purpose, images, triplets }: PlannedSession, load: LoadImage): Place[] {
  if (purpose !== 'education') {
    return images.map(({ order, appearance, truth, case: caseId }) => ({
      order,
      appearance,
      shown: async () => [
        { role: 'image', caseId, truth, image: await loadNamed(load, caseId) } as const,
      ],
    }));
  }
  return triplets.map(({ order, appearance, real, fake }) => ({
    order,
    appearance,
    shown: () => triplet(real, fake, load),
  }));
}

async function triplet(real: string, fake: string, load: LoadImage): Promise<readonly Shown[]> {
  const before = await loadNamed(load, real);
  const after = await loadNamed(load, fake);
  const { height, width } = before;
  if (after.height !== height || after.width !== width) {
    throw new RangeError(
      `${fake}: must be ${height} × ${width} like ${real}, got ${after.height} × ${after.width}`,
    );
  }
  const geometry = { height, width, maximum: 65535 };
  const pixels = Uint16Array.from(differenceImage(before.pixels, after.pixels, geometry));
  return [
    { role: 'real', caseId: real, truth: 'real', image: before },
    { role: 'fake', caseId: fake, truth: 'fake', image: after },
    { role: 'difference', caseId: fake, truth: 'fake', image: { pixels, height, width } },
  ];
}

async function loadNamed(load: LoadImage, caseId: string): Promise<GreyImage> {
  try {
    return await load(caseId);
  } catch (error) {
    throw new Error(`${caseId}: ${(error as Error).message}`, { cause: error });
  }
}
