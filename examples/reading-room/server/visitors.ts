import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Database } from './database/database.ts';
import { link, signIn } from './database/schema.ts';
import { Refused } from './refused.ts';
import { hashOf, newToken } from './tokens.ts';

/** Who sends a request. */
export type Role = 'owner' | 'reader' | 'nobody';

/** The cookie that holds a sign-in token. */
export const COOKIE = 'reading-room';

export const SIGN_IN_FIRST = 'Please open your personal link first.';

const DAY_MS = 24 * 60 * 60 * 1000;
const LINK_DAYS = 30;
const SIGN_IN_DAYS = { owner: 1, reader: 60 };

/** For how long the browser that used a link may use it again, as it must if the reply was lost on its way. */
const GRACE_MS = 10 * 60 * 1000;

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
 * Uses a link and signs its owner in, with a token that nobody knew before. A reader is signed in on one machine at a time: whoever
 * signed in earlier is signed out.
 *
 * @param linkToken - what stands in the link; it works once
 * @param claim - a secret of the browser: whoever used the link with it may use it again for ten minutes, in case the reply was lost
 * @returns the new token, for a cookie, and its lifetime
 * @throws Refused if the link is unknown, used or too old
 */
export async function join(
  database: Database,
  linkToken: string,
  claim: string,
): Promise<{ readonly token: string; readonly seconds: number }> {
  const token = newToken();
  const now = new Date();
  const claimHash = hashOf(claim);
  return database.transaction(async (tx) => {
    const thisLink = and(eq(link.tokenHash, hashOf(linkToken)), gt(link.expiresAt, now));
    const firstUse = isNull(link.claimHash);
    const graceBegan = new Date(now.getTime() - GRACE_MS);
    const again = and(eq(link.claimHash, claimHash), gt(link.claimedAt, graceBegan));
    const [fresh] = await tx
      .update(link)
      .set({ claimHash, claimedAt: now })
      .where(and(thisLink, firstUse))
      .returning();
    const [used] = fresh ? [fresh] : await tx.select().from(link).where(and(thisLink, again));
    if (!used) {
      throw new Refused(401, 'This link has been used or is too old. Ask for a new one.');
    }
    const role = used.readerId === null ? 'owner' : 'reader';
    const days = SIGN_IN_DAYS[role];
    if (role === 'reader') await tx.delete(signIn).where(ofReader(signIn, used.readerId));
    await tx.delete(signIn).where(lt(signIn.expiresAt, now));
    await tx.insert(signIn).values({
      tokenHash: hashOf(token),
      readerId: used.readerId,
      expiresAt: new Date(now.getTime() + days * DAY_MS),
    });
    return { token, seconds: days * 24 * 60 * 60 };
  });
}

/** What the holder of a sign-in token is. */
export async function roleOf(database: Database, token: string | undefined): Promise<Role> {
  if (!token) return 'nobody';
  const [found] = await database
    .select({ readerId: signIn.readerId })
    .from(signIn)
    .where(and(eq(signIn.tokenHash, hashOf(token)), gt(signIn.expiresAt, new Date())));
  if (!found) return 'nobody';
  return found.readerId === null ? 'owner' : 'reader';
}

/** Ends a sign-in. */
export async function leave(database: Database, token: string | undefined): Promise<void> {
  if (token) await database.delete(signIn).where(eq(signIn.tokenHash, hashOf(token)));
}

function ofReader(table: typeof link | typeof signIn, readerId: string | null) {
  return readerId === null ? isNull(table.readerId) : eq(table.readerId, readerId);
}
