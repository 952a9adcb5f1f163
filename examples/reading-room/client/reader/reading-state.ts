import type { ReaderState } from '../../server/reading.ts';

/** The state of a reader who has a session before him. */
export type SessionState = Extract<ReaderState, { slot: unknown }>;
