import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Database } from './database/database.ts';
import { link, reader, signIn } from './database/schema.ts';
import { Refused } from './refused.ts';
import { hashOf, newToken } from './tokens.ts';

/** Who sends a request. */
export type Visitor =
  | { readonly role: 'owner' }
  | { readonly role: 'reader'; readonly readerId: string; readonly studyId: string };

const DAY_MS = 24 * 60 * 60 * 1000;
const LINK_DAYS = 30;
const SIGN_IN_DAYS = { owner: 1, reader: 60 };

/** Makes a link that signs a reader (or, without an id, the owner) in once; earlier links stop working. */
export async function issueLink(database: Database, readerId: string | null): Promise<string> {
  const token = newToken();
  await database.transaction(async (tx) => {
    await tx.delete(link).where(ofReader(link, readerId));
    await tx.insert(link).values({
      tokenHash: hashOf(token),
      readerId,
      expiresAt: new Date(Date.now() + LINK_DAYS * DAY_MS),
    });
  });
  return token;
}

/**
 * Uses a link up and signs its owner in, with a token that nobody knew before. A reader is signed in on one machine at a time: whoever
 * signed in earlier is signed out.
 *
 * @returns the new token, for a cookie, and its lifetime
 * @throws Refused if the link is unknown, used or too old
 */
export async function join(
  database: Database,
  linkToken: string,
): Promise<{ readonly token: string; readonly seconds: number }> {
  const token = newToken();
  return database.transaction(async (tx) => {
    const [used] = await tx
      .delete(link)
      .where(eq(link.tokenHash, hashOf(linkToken)))
      .returning();
    if (!used || used.expiresAt.getTime() < Date.now()) {
      throw new Refused(401, 'This link has been used or is too old. Ask for a new one.');
    }
    const days = SIGN_IN_DAYS[used.readerId === null ? 'owner' : 'reader'];
    if (used.readerId !== null) await tx.delete(signIn).where(ofReader(signIn, used.readerId));
    await tx.delete(signIn).where(lt(signIn.expiresAt, new Date()));
    await tx.insert(signIn).values({
      tokenHash: hashOf(token),
      readerId: used.readerId,
      expiresAt: new Date(Date.now() + days * DAY_MS),
    });
    return { token, seconds: days * 24 * 60 * 60 };
  });
}

/** Who holds a sign-in token, if anyone. */
export async function visitorOf(
  database: Database,
  token: string | undefined,
): Promise<Visitor | undefined> {
  if (!token) return undefined;
  const [found] = await database
    .select({ readerId: signIn.readerId, studyId: reader.studyId })
    .from(signIn)
    .leftJoin(reader, eq(reader.id, signIn.readerId))
    .where(and(eq(signIn.tokenHash, hashOf(token)), gt(signIn.expiresAt, new Date())));
  if (!found) return undefined;
  const { readerId, studyId } = found;
  if (readerId === null || studyId === null) return { role: 'owner' };
  return { role: 'reader', readerId, studyId };
}

/** Ends a sign-in. */
export async function leave(database: Database, token: string | undefined): Promise<void> {
  if (token) await database.delete(signIn).where(eq(signIn.tokenHash, hashOf(token)));
}

function ofReader(table: typeof link | typeof signIn, readerId: string | null) {
  return readerId === null ? isNull(table.readerId) : eq(table.readerId, readerId);
}
