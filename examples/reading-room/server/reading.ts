import type { SessionPurpose } from '@mammo/reader-study-stats';
import { CHAIN_START } from './answer-chain.ts';
import { type AppendAnswer, answerAppender } from './append-answer.ts';
import type { Database } from './database/database.ts';
import { begun, type Label } from './database/schema.ts';
import { Refused } from './refused.ts';
import { type FindStanding, type LastAnswer, type Standing, standingFinder } from './standing.ts';
import { type SessionLayout, type Slot, type StudyLayout, StudyLayouts } from './study-layout.ts';

/** Where a reader stands, as his browser is told. */
export type ReaderState =
  | {
      readonly state: 'reading' | 'before-session';
      readonly studyName: string;
      readonly readerName: string;
      readonly session: number;
      readonly sessions: number;
      readonly label: string;
      readonly purpose: SessionPurpose;
      readonly slots: number;
      readonly slot: Slot;
      /** What comes next in this session, to be loaded ahead. */
      readonly next: Slot | null;
    }
  | {
      readonly state: 'finished' | 'closed';
      readonly studyName: string;
      readonly readerName: string;
    };

type PlaceState = Extract<ReaderState, { slot: Slot }>;

/** What a reader sends. */
export interface GivenAnswer {
  readonly session: number;
  readonly position: number;
  readonly pictureId: string;
  readonly label: Label;
  /** Milliseconds for which the picture was on the screen, by the browser's monotonic clock; pauses are not in it. */
  readonly visibleMs: number;
}

/**
 * The reading of all readers. A request costs one query, which tells who asks and where he stands, and an answer one statement more; those of
 * readers who ask at the same time are taken together. Nothing but what never changes is kept in memory: a server that dies takes nothing
 * with it, and several may share a database.
 */
export class Reading {
  /** Where the holder of a sign-in token stands; undefined if no reader holds it. */
  readonly standingOf: FindStanding;
  readonly #database: Database;
  readonly #append: AppendAnswer;
  readonly #layouts: StudyLayouts;

  constructor(database: Database) {
    this.#database = database;
    this.standingOf = standingFinder(database);
    this.#append = answerAppender(database);
    this.#layouts = new StudyLayouts(database);
  }

  /** What a reader's browser is told of where he stands. */
  async stateOf(standing: Standing): Promise<ReaderState> {
    return stateAt(await this.#layouts.of(standing.studyId), standing);
  }

  /** Begins the session before which the reader stands; beginning it again changes nothing. */
  async begin(standing: Standing, ordinal: number): Promise<ReaderState> {
    const layout = await this.#layouts.of(standing.studyId);
    const state = stateAt(layout, standing);
    if (!('session' in state) || state.session !== ordinal) {
      throw new Refused(409, `Session ${ordinal} is not the one that comes next.`);
    }
    const { readerId } = standing;
    await this.#database.insert(begun).values({ readerId, ordinal }).onConflictDoNothing();
    return stateAt(layout, { ...standing, begun: ordinal });
  }

  /**
   * Writes an answer down. It is durable when this resolves. The same answer sent twice (a lost reply) counts once.
   *
   * @param token - the reader's, to look again if another request of his came in between
   * @returns what comes next; undefined if he has been signed out meanwhile
   * @throws Refused if it is not to the picture that the reader has before him, or the study is closed; nothing is changed then
   */
  async answer(
    token: string | undefined,
    given: GivenAnswer,
    standing: Standing | undefined,
  ): Promise<ReaderState | undefined> {
    if (!standing) return undefined;
    const layout = await this.#layouts.of(standing.studyId);
    const state = stateAt(layout, standing);
    const { readerId, studyId, last } = standing;
    if (last && isSame(last, given)) return state;
    if (state.state !== 'reading') throw new Refused(409, refusalIn(state.state));
    checkPlace(state, given);
    const { session: ordinal, position, pictureId, label, visibleMs } = given;
    const answered = { ordinal, position, pictureId, label, number: (last?.number ?? 0) + 1 };
    const previousHash = last?.hash ?? CHAIN_START;
    const hash = await this.#append({ studyId, readerId, ...answered, visibleMs, previousHash });
    if (hash === undefined) return this.answer(token, given, await this.standingOf(token));
    return stateAt(layout, { ...standing, last: { ...answered, hash } });
  }

  /** Whether a reader may load a picture: what is before him, and what comes next. */
  async mayLoad(standing: Standing, pictureId: string): Promise<boolean> {
    const state = await this.stateOf(standing);
    if (state.state !== 'reading') return false;
    const slots = state.next ? [state.slot, state.next] : [state.slot];
    return slots.some(({ pictures }) => pictures.some(({ id }) => id === pictureId));
  }
}

function stateAt(layout: StudyLayout, standing: Standing): ReaderState {
  const names = { studyName: layout.name, readerName: standing.readerName };
  if (standing.closed) return { state: 'closed', ...names };
  const place = placeAfter(layout.sessions, standing.last);
  if (!place) return { state: 'finished', ...names };
  const { session, position } = place;
  return {
    state: standing.begun >= session.ordinal ? 'reading' : 'before-session',
    ...names,
    session: session.ordinal,
    sessions: layout.sessions.length,
    label: session.label,
    purpose: session.purpose,
    slots: session.slots.length,
    slot: session.slots[position - 1]!,
    next: session.slots[position] ?? null,
  };
}

/** The first place that has no answer: answers come in the order of the plan, so the last one tells. */
function placeAfter(
  sessions: readonly SessionLayout[],
  last: LastAnswer | null,
): { readonly session: SessionLayout; readonly position: number } | undefined {
  const at = last ? sessions.findIndex(({ ordinal }) => ordinal === last.ordinal) : 0;
  const here = sessions[at];
  if (last && here && last.position < here.slots.length) {
    return { session: here, position: last.position + 1 };
  }
  const session = sessions[last ? at + 1 : 0];
  return session && { session, position: 1 };
}

function isSame(last: LastAnswer, given: GivenAnswer): boolean {
  return (
    last.ordinal === given.session &&
    last.position === given.position &&
    last.pictureId === given.pictureId &&
    last.label === given.label
  );
}

function checkPlace(
  state: PlaceState,
  { session: ordinal, position, pictureId, label }: GivenAnswer,
): void {
  if (ordinal !== state.session || position !== state.slot.position) {
    throw new Refused(
      409,
      `The answer is to image ${position} of session ${ordinal}; image ${state.slot.position} of session ${state.session} is next.`,
    );
  }
  if (!state.slot.pictures.some(({ id }) => id === pictureId)) {
    throw new Refused(409, 'The answer is not to the image that is shown.');
  }
  if ((state.purpose === 'education') !== (label === 'seen')) {
    throw new Refused(400, `An answer of session ${ordinal} cannot be "${label}".`);
  }
}

function refusalIn(state: 'before-session' | 'finished' | 'closed'): string {
  switch (state) {
    case 'before-session':
      return 'The session has not begun.';
    case 'finished':
      return 'All images have been read.';
    case 'closed':
      return 'The study is closed.';
    default:
      throw new RangeError(`refusalIn: unknown state ${JSON.stringify(state satisfies never)}`);
  }
}
