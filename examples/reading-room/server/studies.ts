import { randomUUID } from 'node:crypto';
import { differenceImage } from '@mammo/adversarial-eval';
import type { PlannedSession, StudyPlan } from '@mammo/reader-study-stats';
import { eq } from 'drizzle-orm';
import type { Database } from './database/database.ts';
import { type PictureRole, picture, reader, session, study } from './database/schema.ts';
import type { PictureFolder } from './pictures.ts';
import { Refused } from './refused.ts';

/** A grey image, 16 bits. */
export interface GreyImage {
  readonly pixels: Uint16Array;
  readonly height: number;
  readonly width: number;
}

/** What a study is made of. */
export interface StudySource {
  readonly name: string;
  readonly plan: StudyPlan;
  /** Ids of the images that there are. */
  readonly cases: ReadonlySet<string>;
  /** Reads one of them; throws if it is no image. */
  readonly load: (caseId: string) => Promise<GreyImage>;
}

type PictureRow = typeof picture.$inferInsert;

/**
 * Creates a study: its pictures in the folder, then its rows, all or nothing.
 *
 * @returns the study's id
 * @throws Refused listing all images that are missing, cannot be read or have another size than the first
 */
export async function createStudy(
  database: Database,
  pictures: PictureFolder,
  source: StudySource,
): Promise<string> {
  const { name, plan } = source;
  if (name.trim() === '' || name.length > 200) {
    throw new Refused(400, 'name: a study must have a name of at most 200 characters');
  }
  checkComplete(source);
  const studyId = randomUUID();
  const written: PictureRow[] = [];
  try {
    const size = await writePictures(pictures, source, studyId, written);
    await database.transaction(async (tx) => {
      await tx.insert(study).values({ id: studyId, name: name.trim(), ...size, plan });
      await tx.insert(session).values(
        plan.sessions.map((planned, i) => ({
          studyId,
          ordinal: i + 1,
          label: planned.session,
          purpose: planned.purpose,
          slots: slotsOf(planned),
        })),
      );
      for (let start = 0; start < written.length; start += 500) {
        await tx.insert(picture).values(written.slice(start, start + 500));
      }
      await tx
        .insert(reader)
        .values(plan.readers.map((who) => ({ id: randomUUID(), studyId, name: who })));
    });
    return studyId;
  } catch (error) {
    await pictures.remove(written.map(({ id }) => id));
    throw error;
  }
}

/** Ends a study: no answer is taken any more, and what was answered may be looked at. */
export async function closeStudy(database: Database, studyId: string): Promise<void> {
  await database.update(study).set({ closedAt: new Date() }).where(eq(study.id, studyId));
}

function slotsOf({ purpose, images, triplets }: PlannedSession): number {
  return purpose === 'education' ? triplets.length : images.length;
}

function checkComplete({ plan, cases }: StudySource): void {
  const needed = plan.sessions.flatMap(({ images, triplets }) => [
    ...images.map((image) => image.case),
    ...triplets.flatMap(({ real, fake }) => [real, fake]),
  ]);
  const missing = [...new Set(needed)].filter((id) => !cases.has(id));
  if (missing.length > 0) {
    throw new Refused(
      400,
      `images: the plan shows ${missing.length} that are missing:\n${missing.join('\n')}`,
    );
  }
}

async function writePictures(
  folder: PictureFolder,
  { plan, load }: StudySource,
  studyId: string,
  written: PictureRow[],
): Promise<{ readonly height: number; readonly width: number }> {
  let size: { readonly height: number; readonly width: number } | undefined;
  const problems: string[] = [];
  const read = async (caseId: string): Promise<Uint16Array | undefined> => {
    try {
      const { pixels, height, width } = await load(caseId);
      size ??= { height, width };
      if (size.height === height && size.width === width) return pixels;
      problems.push(
        `${caseId}: must be ${size.height} × ${size.width} like the first, got ${height} × ${width}`,
      );
    } catch (error) {
      problems.push(`${caseId}: ${(error as Error).message}`);
    }
    return undefined;
  };
  for (const { caseId, pixels, ...row } of slots(plan, read)) {
    const values = await pixels();
    if (!values || problems.length > 0) continue;
    const id = randomUUID();
    written.push({ ...row, id, studyId, caseId });
    await folder.write(id, values);
  }
  if (problems.length > 0 || !size) {
    throw new Refused(400, `images:\n${[...new Set(problems)].join('\n')}`);
  }
  return size;
}

type Pixels = Uint16Array | undefined;

interface PlannedPicture {
  readonly ordinal: number;
  readonly position: number;
  readonly role: PictureRole;
  readonly caseId: string;
  readonly truth: 'real' | 'fake';
  readonly appearance: 'positive' | 'negative';
  readonly pixels: () => Promise<Pixels>;
}

function slots(plan: StudyPlan, read: (caseId: string) => Promise<Pixels>): PlannedPicture[] {
  return plan.sessions.flatMap(({ purpose, images, triplets }, index): PlannedPicture[] => {
    const ordinal = index + 1;
    if (purpose !== 'education') {
      return images.map(({ order, case: caseId, truth, appearance }) => ({
        ordinal,
        position: order,
        role: 'image',
        caseId,
        truth,
        appearance,
        pixels: () => read(caseId),
      }));
    }
    return triplets.flatMap(({ order, real, fake, appearance }): PlannedPicture[] => {
      const slot = { ordinal, position: order, appearance };
      return [
        { ...slot, role: 'real', caseId: real, truth: 'real', pixels: () => read(real) },
        { ...slot, role: 'fake', caseId: fake, truth: 'fake', pixels: () => read(fake) },
        {
          ...slot,
          role: 'difference',
          caseId: fake,
          truth: 'fake',
          pixels: async () => difference(await read(real), await read(fake)),
        },
      ];
    });
  });
}

/** Grey where nothing changed; see `differenceImage`. */
function difference(real: Pixels, fake: Pixels): Pixels {
  if (!real || !fake || real.length !== fake.length) return undefined;
  const geometry = { height: 1, width: real.length, maximum: 65535 };
  return Uint16Array.from(differenceImage(real, fake, geometry));
}
