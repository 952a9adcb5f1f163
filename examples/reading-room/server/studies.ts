import { randomUUID } from 'node:crypto';
import type { PlannedSession, StudyPlan } from '@mammo/reader-study-stats';
import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from './database/database.ts';
import { picture, reader, session, study } from './database/schema.ts';
import type { PictureFolder } from './pictures.ts';
import { Refused } from './refused.ts';
import { type LoadImage, tellingSizes, writePictures } from './study-pictures.ts';

/** What a study is made of. */
export interface StudySource {
  readonly name: string;
  readonly plan: StudyPlan;
  /** Ids of the images that there are. */
  readonly cases: ReadonlySet<string>;
  readonly load: LoadImage;
}

/** A study that was created. */
export interface CreatedStudy {
  readonly id: string;
  /** What to look at before readers are let in. */
  readonly warnings: readonly string[];
}

/**
 * Creates a study: its pictures in the folder, then its rows, all or nothing.
 *
 * @throws Refused listing all images that are missing or cannot be read
 */
export async function createStudy(
  database: Database,
  pictures: PictureFolder,
  source: StudySource,
): Promise<CreatedStudy> {
  const { name, plan } = source;
  if (name.trim() === '' || name.length > 200) {
    throw new Refused(400, 'name: a study must have a name of at most 200 characters');
  }
  checkComplete(source);
  const id = randomUUID();
  const written = await writePictures(pictures, id, source);
  try {
    await database.transaction(async (tx) => {
      await tx.insert(study).values({ id, name: name.trim(), plan });
      await tx.insert(session).values(
        plan.sessions.map((planned, i) => ({
          studyId: id,
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
        .values(plan.readers.map((who) => ({ id: randomUUID(), studyId: id, name: who })));
    });
    return { id, warnings: [...plan.warnings, ...tellingSizes(written, plan)] };
  } catch (error) {
    await pictures.remove(written.map(({ id: picture }) => picture));
    throw error;
  }
}

/** Ends a study: no answer is taken any more, and what was answered may be looked at. Closing it again changes nothing. */
export async function closeStudy(database: Database, studyId: string): Promise<void> {
  await database
    .update(study)
    .set({ closedAt: new Date() })
    .where(and(eq(study.id, studyId), isNull(study.closedAt)));
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
