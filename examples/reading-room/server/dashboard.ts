import { asc, count, eq, sql } from 'drizzle-orm';
import type { Database } from './database/database.ts';
import { answer, reader, session, study } from './database/schema.ts';

/** How far a reader has come in a session. Nothing here depends on what was answered, or on what is real. */
export interface Progress {
  readonly ordinal: number;
  readonly answered: number;
  /** Median time for which an image was on the screen, seconds; null before the first answer. */
  readonly medianSeconds: number | null;
  readonly lastAnswerAt: Date | null;
}

/** What the owner of a running study may see of it. */
export interface StudyOverview {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  readonly sessions: readonly {
    readonly ordinal: number;
    readonly label: string;
    readonly purpose: string;
    readonly slots: number;
  }[];
  readonly readers: readonly {
    readonly id: string;
    readonly name: string;
    readonly progress: readonly Progress[];
  }[];
}

/** All studies, the newest first. */
export async function listStudies(database: Database) {
  return database
    .select({
      id: study.id,
      name: study.name,
      createdAt: study.createdAt,
      closedAt: study.closedAt,
    })
    .from(study)
    .orderBy(sql`${study.createdAt} DESC`);
}

/** One study's progress, or undefined if there is no such study. */
export async function studyOverview(
  database: Database,
  studyId: string,
): Promise<StudyOverview | undefined> {
  const [found] = await database.select().from(study).where(eq(study.id, studyId));
  if (!found) return undefined;
  const sessions = await database
    .select()
    .from(session)
    .where(eq(session.studyId, studyId))
    .orderBy(asc(session.ordinal));
  const readers = await database
    .select({ id: reader.id, name: reader.name })
    .from(reader)
    .where(eq(reader.studyId, studyId))
    .orderBy(asc(reader.name));
  const progress = await database
    .select({
      readerId: answer.readerId,
      ordinal: answer.ordinal,
      answered: count(),
      medianMs: sql<
        number | null
      >`percentile_cont(0.5) WITHIN GROUP (ORDER BY ${answer.visibleMs})`,
      last: sql<string | Date>`max(${answer.at})`,
    })
    .from(answer)
    .innerJoin(reader, eq(reader.id, answer.readerId))
    .where(eq(reader.studyId, studyId))
    .groupBy(answer.readerId, answer.ordinal);
  return {
    id: found.id,
    name: found.name,
    createdAt: found.createdAt,
    closedAt: found.closedAt,
    sessions: sessions.map(({ ordinal, label, purpose, slots }) => ({
      ordinal,
      label,
      purpose,
      slots,
    })),
    readers: readers.map(({ id, name }) => ({
      id,
      name,
      progress: sessions.map(({ ordinal }) => {
        const row = progress.find((each) => each.readerId === id && each.ordinal === ordinal);
        return {
          ordinal,
          answered: row?.answered ?? 0,
          medianSeconds: row?.medianMs == null ? null : row.medianMs / 1000,
          lastAnswerAt: row ? new Date(row.last) : null,
        };
      }),
    })),
  };
}
