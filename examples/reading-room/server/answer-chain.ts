import { createHash } from 'node:crypto';
import type { Label } from './database/schema.ts';

/** What an answer's hash binds together. */
export interface ChainedAnswer {
  readonly readerId: string;
  readonly number: number;
  readonly ordinal: number;
  readonly position: number;
  readonly pictureId: string;
  readonly label: Label;
  readonly visibleMs: number;
  readonly at: Date;
  readonly previousHash: string;
}

/** The previous hash of a reader's first answer. */
export const CHAIN_START = '0'.repeat(64);

/** SHA-256 over an answer and the hash of the one before it: a changed, removed or inserted answer breaks the chain behind it. */
export function chainHash(answer: ChainedAnswer): string {
  const { readerId, number, ordinal, position, pictureId, label, visibleMs, at, previousHash } =
    answer;
  const text = JSON.stringify([
    previousHash,
    readerId,
    number,
    ordinal,
    position,
    pictureId,
    label,
    visibleMs,
    at.toISOString(),
  ]);
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Looks for the first break of a reader's chain.
 *
 * @param answers - in the order of their numbers
 * @returns the number of the first answer that does not fit, or undefined
 */
export function firstBreak(
  answers: readonly (ChainedAnswer & { readonly hash: string })[],
): number | undefined {
  let previous = CHAIN_START;
  for (const [index, answer] of answers.entries()) {
    const fits =
      answer.number === index + 1 &&
      answer.previousHash === previous &&
      answer.hash === chainHash(answer);
    if (!fits) return index + 1;
    previous = answer.hash;
  }
  return undefined;
}
