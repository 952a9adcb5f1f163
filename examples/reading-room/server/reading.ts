import type { SessionPurpose } from '@mammo/reader-study-stats';
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { CHAIN_START, chainHash } from './answer-chain.ts';
import type { Database } from './database/database.ts';
import {
  answer,
  begun,
  type Label,
  type PictureRole,
  picture,
  reader,
  session,
  study,
} from './database/schema.ts';
import { Refused } from './refused.ts';

/** One place of a session as a reader's program may know it: nothing here tells real from fake in a blinded session. */
interface Slot {
  readonly position: number;
  /** One picture, or the three of a triplet. */
  readonly pictures: readonly { readonly id: string; readonly role: PictureRole }[];
}

/** Where a reader stands. */
export type ReaderState =
  | {
      readonly state: 'reading' | 'before-session';
      readonly studyName: string;
      readonly readerName: string;
      readonly height: number;
      readonly width: number;
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

/** What a reader sends. */
export interface GivenAnswer {
  readonly session: number;
  readonly position: number;
  readonly pictureId: string;
  readonly label: Label;
  /** Milliseconds for which the picture was on the screen, by the browser's monotonic clock; pauses are not in it. */
  readonly visibleMs: number;
}

type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Where a reader stands now. */
export async function stateOf(database: Database, readerId: string): Promise<ReaderState> {
  return database.transaction((tx) => readState(tx, readerId));
}

/** Begins the session before which the reader stands; beginning it again changes nothing. */
export async function beginSession(
  database: Database,
  readerId: string,
  ordinal: number,
): Promise<ReaderState> {
  return database.transaction(async (tx) => {
    await lockReader(tx, readerId);
    const state = await readState(tx, readerId);
    if (!('session' in state) || state.session !== ordinal) {
      throw new Refused(409, `Session ${ordinal} is not the one that comes next.`);
    }
    await tx.insert(begun).values({ readerId, ordinal }).onConflictDoNothing();
    return readState(tx, readerId);
  });
}

/**
 * Writes an answer down. It is durable when this resolves. The same answer sent twice (a lost reply) counts once.
 *
 * @throws Refused if it is not to the picture that the reader has before him, or the study is closed; nothing is changed then
 */
export async function giveAnswer(
  database: Database,
  readerId: string,
  given: GivenAnswer,
): Promise<ReaderState> {
  return database.transaction(async (tx) => {
    await lockReader(tx, readerId);
    const state = await readState(tx, readerId);
    const last = await lastAnswer(tx, readerId);
    if (last && isSame(last, given)) return state;
    if (state.state !== 'reading') throw new Refused(409, refusal(state.state));
    checkPlace(state, given);
    const number = (last?.number ?? 0) + 1;
    const previousHash = last?.hash ?? CHAIN_START;
    const entry = {
      readerId,
      number,
      ordinal: given.session,
      position: given.position,
      pictureId: given.pictureId,
      label: given.label,
      visibleMs: given.visibleMs,
      at: new Date(),
      previousHash,
    };
    await tx.insert(answer).values({ ...entry, hash: chainHash(entry) });
    return readState(tx, readerId);
  });
}

/** Whether a reader may load a picture: what is before him, and what comes next. */
export async function mayLoad(
  database: Database,
  readerId: string,
  pictureId: string,
): Promise<boolean> {
  const state = await stateOf(database, readerId);
  if (state.state !== 'reading') return false;
  const slots = state.next ? [state.slot, state.next] : [state.slot];
  return slots.some(({ pictures }) => pictures.some(({ id }) => id === pictureId));
}

/** Two answers of one reader are never weighed at the same time. */
async function lockReader(tx: Transaction, readerId: string): Promise<void> {
  await tx.execute(sql`SELECT 1 FROM reader WHERE id = ${readerId} FOR UPDATE`);
}

async function lastAnswer(tx: Transaction, readerId: string) {
  const [last] = await tx
    .select()
    .from(answer)
    .where(eq(answer.readerId, readerId))
    .orderBy(desc(answer.number))
    .limit(1);
  return last;
}

async function readState(tx: Transaction, readerId: string): Promise<ReaderState> {
  const [who] = await tx
    .select({
      studyId: study.id,
      studyName: study.name,
      readerName: reader.name,
      height: study.height,
      width: study.width,
      closedAt: study.closedAt,
    })
    .from(reader)
    .innerJoin(study, eq(study.id, reader.studyId))
    .where(eq(reader.id, readerId));
  if (!who) throw new Refused(404, 'This reader is not part of a study any more.');
  const { studyId, closedAt, ...facts } = who;
  const names = { studyName: who.studyName, readerName: who.readerName };
  if (closedAt !== null) return { state: 'closed', ...names };

  const sessions = await tx
    .select()
    .from(session)
    .where(eq(session.studyId, studyId))
    .orderBy(asc(session.ordinal));
  const last = await lastAnswer(tx, readerId);
  const place = placeAfter(sessions, last);
  if (!place) return { state: 'finished', ...names };
  const { current, position } = place;
  const [started] = await tx
    .select()
    .from(begun)
    .where(and(eq(begun.readerId, readerId), eq(begun.ordinal, current.ordinal)));
  const slots = await readSlots(tx, studyId, current.ordinal, [position, position + 1]);
  return {
    state: started ? 'reading' : 'before-session',
    ...facts,
    session: current.ordinal,
    sessions: sessions.length,
    label: current.label,
    purpose: current.purpose,
    slots: current.slots,
    slot: slots[0]!,
    next: slots[1] ?? null,
  };
}

interface SessionRow {
  readonly ordinal: number;
  readonly label: string;
  readonly purpose: SessionPurpose;
  readonly slots: number;
}

/** The first place that has no answer: answers come in the order of the plan, so the last one tells. */
function placeAfter(
  sessions: readonly SessionRow[],
  last: { readonly ordinal: number; readonly position: number } | undefined,
): { readonly current: SessionRow; readonly position: number } | undefined {
  const at = last ? sessions.findIndex(({ ordinal }) => ordinal === last.ordinal) : 0;
  const here = sessions[at];
  if (last && here && last.position < here.slots) {
    return { current: here, position: last.position + 1 };
  }
  const current = sessions[last ? at + 1 : 0];
  return current && { current, position: 1 };
}

async function readSlots(
  tx: Transaction,
  studyId: string,
  ordinal: number,
  positions: readonly number[],
): Promise<Slot[]> {
  const rows = await tx
    .select({ id: picture.id, role: picture.role, position: picture.position })
    .from(picture)
    .where(
      and(
        eq(picture.studyId, studyId),
        eq(picture.ordinal, ordinal),
        inArray(picture.position, [...positions]),
      ),
    );
  const order: readonly PictureRole[] = ['image', 'real', 'fake', 'difference'];
  return positions.flatMap((position) => {
    const pictures = rows
      .filter((row) => row.position === position)
      .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
      .map(({ id, role }) => ({ id, role }));
    return pictures.length > 0 ? [{ position, pictures }] : [];
  });
}

function isSame(
  last: {
    readonly ordinal: number;
    readonly position: number;
    readonly pictureId: string;
    readonly label: Label;
  },
  given: GivenAnswer,
): boolean {
  return (
    last.ordinal === given.session &&
    last.position === given.position &&
    last.pictureId === given.pictureId &&
    last.label === given.label
  );
}

function checkPlace(
  state: Extract<ReaderState, { slot: Slot }>,
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

function refusal(state: 'before-session' | 'finished' | 'closed'): string {
  switch (state) {
    case 'before-session':
      return 'The session has not begun.';
    case 'finished':
      return 'All images have been read.';
    case 'closed':
      return 'The study is closed.';
    default:
      throw new RangeError(`refusal: unknown state ${JSON.stringify(state satisfies never)}`);
  }
}
