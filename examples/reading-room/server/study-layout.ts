import type { SessionPurpose } from '@mammo/reader-study-stats';
import { asc, eq } from 'drizzle-orm';
import type { Database } from './database/database.ts';
import { type PictureRole, picture, session, study } from './database/schema.ts';

/** A picture as a reader's program may know it: nothing here tells real from fake in a blinded session. */
interface ShownPicture {
  readonly id: string;
  readonly role: PictureRole;
  readonly height: number;
  readonly width: number;
}

/** One place of a session. */
export interface Slot {
  readonly position: number;
  /** One picture, or the three of a triplet. */
  readonly pictures: readonly ShownPicture[];
}

/** One session, with its places in their order. */
export interface SessionLayout {
  readonly ordinal: number;
  readonly label: string;
  readonly purpose: SessionPurpose;
  readonly slots: readonly Slot[];
}

/** What a study shows. It never changes once the study has been created. */
export interface StudyLayout {
  readonly name: string;
  readonly sessions: readonly SessionLayout[];
}

const ROLES: readonly PictureRole[] = ['image', 'real', 'fake', 'difference'];

/** The layouts of studies, each read from the database once. */
export class StudyLayouts {
  readonly #database: Database;
  readonly #layouts = new Map<string, Promise<StudyLayout>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The layout of a study that exists. */
  of(studyId: string): Promise<StudyLayout> {
    let layout = this.#layouts.get(studyId);
    if (!layout) {
      layout = readLayout(this.#database, studyId);
      layout.catch(() => this.#layouts.delete(studyId)); // the next request tries again
      this.#layouts.set(studyId, layout);
    }
    return layout;
  }
}

async function readLayout(database: Database, studyId: string): Promise<StudyLayout> {
  const [found] = await database
    .select({ name: study.name })
    .from(study)
    .where(eq(study.id, studyId));
  const sessions = await database
    .select()
    .from(session)
    .where(eq(session.studyId, studyId))
    .orderBy(asc(session.ordinal));
  const pictures = await database
    .select({
      ordinal: picture.ordinal,
      position: picture.position,
      shown: {
        id: picture.id,
        role: picture.role,
        height: picture.height,
        width: picture.width,
      },
    })
    .from(picture)
    .where(eq(picture.studyId, studyId));
  pictures.sort((a, b) => ROLES.indexOf(a.shown.role) - ROLES.indexOf(b.shown.role));
  const shownAt = new Map<string, ShownPicture[]>();
  for (const { ordinal, position, shown } of pictures) {
    const place = `${ordinal}/${position}`;
    const others = shownAt.get(place);
    if (others) others.push(shown);
    else shownAt.set(place, [shown]);
  }
  return {
    name: found?.name ?? '',
    sessions: sessions.map(({ ordinal, label, purpose, slots }) => ({
      ordinal,
      label,
      purpose,
      slots: Array.from({ length: slots }, (_, i) => ({
        position: i + 1,
        pictures: shownAt.get(`${ordinal}/${i + 1}`) ?? [],
      })),
    })),
  };
}
