import { and, desc, eq, gt, inArray, max, sql } from 'drizzle-orm';
import { inBatches } from './batch.ts';
import type { Database } from './database/database.ts';
import { answer, begun, reader, signIn, study } from './database/schema.ts';
import { hashOf } from './tokens.ts';

/** How far a reader has come, in his study as it is at this moment. */
export interface Standing {
  readonly readerId: string;
  readonly readerName: string;
  readonly studyId: string;
  readonly closed: boolean;
  /** His last answer, if there is one. */
  readonly last: LastAnswer | null;
  /** The last session that he has begun; 0 before the first. */
  readonly begun: number;
}

/** What the next answer follows. */
export type LastAnswer = Pick<
  typeof answer.$inferSelect,
  'number' | 'ordinal' | 'position' | 'pictureId' | 'label' | 'hash'
>;

/** Finds where the holder of a sign-in token stands; undefined if no reader holds it. */
export type FindStanding = (token: string | undefined) => Promise<Standing | undefined>;

/** The one query that every request of a reader begins with: who he is, and where he stands. Requests that wait are answered together. */
export function standingFinder(database: Database): FindStanding {
  const last = database
    .select({
      number: answer.number,
      ordinal: answer.ordinal,
      position: answer.position,
      pictureId: answer.pictureId,
      label: answer.label,
      hash: answer.hash,
    })
    .from(answer)
    .where(eq(answer.readerId, reader.id))
    .orderBy(desc(answer.number))
    .limit(1)
    .as('last');
  const begins = database
    .select({ ordinal: max(begun.ordinal).as('latest') })
    .from(begun)
    .where(eq(begun.readerId, reader.id))
    .as('begins');
  const find = inBatches(async (hashes: readonly Buffer[]) => {
    const found = await database
      .select({
        tokenHash: signIn.tokenHash,
        readerId: reader.id,
        readerName: reader.name,
        studyId: reader.studyId,
        closedAt: study.closedAt,
        number: last.number,
        ordinal: last.ordinal,
        position: last.position,
        pictureId: last.pictureId,
        label: last.label,
        hash: last.hash,
        begun: begins.ordinal,
      })
      .from(signIn)
      .innerJoin(reader, eq(reader.id, signIn.readerId))
      .innerJoin(study, eq(study.id, reader.studyId))
      .leftJoinLateral(last, sql`true`)
      .leftJoinLateral(begins, sql`true`)
      .where(and(inArray(signIn.tokenHash, [...hashes]), gt(signIn.expiresAt, new Date())));
    return hashes.map((hash) => found.find((row) => hash.equals(row.tokenHash)));
  });
  return async (token) => {
    const row = token ? await find(hashOf(token)) : undefined;
    if (!row) return undefined;
    const { tokenHash, readerId, readerName, studyId, closedAt, begun: latest, ...rest } = row;
    return {
      readerId,
      readerName,
      studyId,
      closed: closedAt !== null,
      last: rest.number === null ? null : (rest as LastAnswer),
      begun: latest ?? 0,
    };
  };
}
