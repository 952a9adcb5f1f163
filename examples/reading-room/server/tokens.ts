import { createHash, randomBytes } from 'node:crypto';

/** A secret of 256 random bits, as it stands in links and cookies. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token: from it nobody gets the token back. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
