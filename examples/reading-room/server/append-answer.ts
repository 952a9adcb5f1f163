import { sql } from 'drizzle-orm';
import { type ChainedAnswer, chainHash } from './answer-chain.ts';
import { inBatches } from './batch.ts';
import { type Database, rowsOf } from './database/database.ts';

/** What is to be appended, and to which study. */
type NewAnswer = Omit<ChainedAnswer, 'at'> & { readonly studyId: string };

/** Appends an answer; its hash, or undefined if it was not appended. */
export type AppendAnswer = (entry: NewAnswer) => Promise<string | undefined>;

/**
 * Writes answers down, all that wait in one statement and one commit; an answer is durable when its promise resolves. Nothing is written
 * when the study has been closed (the lock on its row makes the closing wait for answers under way, and answers for the closing), or when
 * the reader's chain already goes on from there: the primary key lets one answer follow each.
 */
export function answerAppender(database: Database): AppendAnswer {
  return inBatches(async (entries: readonly NewAnswer[]) => {
    const at = new Date();
    const rows = entries.map((entry) => ({ ...entry, at, hash: chainHash({ ...entry, at }) }));
    const written = await database.execute(sql`
      INSERT INTO answer
        (reader_id, number, ordinal, position, picture_id, label, visible_ms, at, previous_hash, hash)
      SELECT "readerId", number, ordinal, position, "pictureId", label, "visibleMs", at, "previousHash", hash
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given(
        "studyId" uuid, "readerId" uuid, number integer, ordinal integer, position integer, "pictureId" uuid,
        label text, "visibleMs" double precision, at timestamptz, "previousHash" text, hash text
      )
      JOIN study ON study.id = "studyId" AND closed_at IS NULL
      FOR SHARE OF study
      ON CONFLICT DO NOTHING
      RETURNING hash`);
    const hashes = new Set(rowsOf<{ hash: string }>(written).map(({ hash }) => hash));
    return rows.map(({ hash }) => (hashes.has(hash) ? hash : undefined));
  });
}
