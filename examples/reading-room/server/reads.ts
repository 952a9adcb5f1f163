import type { Answer, Read } from '@mammo/reader-study-stats';
import { and, asc, eq } from 'drizzle-orm';
import { firstBreak } from './answer-chain.ts';
import type { Database } from './database/database.ts';
import { answer, picture, reader, session, study } from './database/schema.ts';
import { Refused } from './refused.ts';

/**
 * The answers of a closed study with the truth beside them, triplets aside.
 *
 * @throws Refused while the study is open, which keeps its owner blind, or if an answer was tampered with
 */
export async function readsOf(database: Database, studyId: string): Promise<Read[]> {
  const [found] = await database.select().from(study).where(eq(study.id, studyId));
  if (!found) throw new Refused(404, 'There is no such study.');
  if (found.closedAt === null) {
    throw new Refused(409, 'The study is open: answers are shown once it is closed.');
  }
  const rows = await database
    .select({ answer, name: reader.name, session: session.label, picture })
    .from(answer)
    .innerJoin(reader, eq(reader.id, answer.readerId))
    .innerJoin(picture, eq(picture.id, answer.pictureId))
    .innerJoin(
      session,
      and(eq(session.studyId, reader.studyId), eq(session.ordinal, answer.ordinal)),
    )
    .where(eq(reader.studyId, studyId))
    .orderBy(asc(reader.name), asc(answer.number));
  for (const name of new Set(rows.map((row) => row.name))) {
    const chain = rows.filter((row) => row.name === name).map((row) => row.answer);
    const broken = firstBreak(chain);
    if (broken !== undefined) {
      throw new Refused(409, `Answer ${broken} of ${name} was changed in the database.`);
    }
  }
  return rows
    .filter((row) => row.answer.label !== 'seen')
    .map((row) => ({
      reader: row.name,
      session: row.session,
      case: row.picture.caseId,
      truth: row.picture.truth,
      appearance: row.picture.appearance,
      label: row.answer.label as Answer,
      order: row.answer.position,
      seconds: row.answer.visibleMs / 1000,
      simulated: false,
    }));
}
