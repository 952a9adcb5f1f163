import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  planReaderStudy,
  type SessionDesign,
  type StudyCase,
  type StudyFake,
} from '@mammo/reader-study-stats';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../server/app.ts';
import { type OpenDatabase, openDatabase } from '../server/database/database.ts';
import { PictureFolder } from '../server/pictures.ts';
import type { ReaderState } from '../server/reading.ts';
import { createStudy, type StudySource } from '../server/studies.ts';
import { issueLink } from '../server/visitors.ts';

const NONE = { positive: 0, negative: 0 };
const HEIGHT = 12;
const WIDTH = 10;

/** Five small sessions like the paper's. */
const SESSIONS: readonly SessionDesign[] = [
  {
    session: '1',
    purpose: 'familiarisation',
    splits: ['training'],
    real: { positive: 1, negative: 2 },
    fake: NONE,
    triplets: NONE,
  },
  {
    session: '2',
    purpose: 'unannounced',
    splits: ['training'],
    real: { positive: 1, negative: 2 },
    fake: NONE,
    triplets: NONE,
  },
  {
    session: '3',
    purpose: 'blinded',
    splits: ['test'],
    real: { positive: 2, negative: 2 },
    fake: { positive: 2, negative: 2 },
    triplets: NONE,
  },
  {
    session: '4',
    purpose: 'education',
    splits: ['training'],
    real: NONE,
    fake: NONE,
    triplets: { positive: 1, negative: 1 },
  },
  {
    session: '5',
    purpose: 'blinded',
    splits: ['test'],
    real: { positive: 2, negative: 2 },
    fake: { positive: 2, negative: 2 },
    triplets: NONE,
  },
];

/** A study of tiny images whose grey level counts up, and half of whose cases are fakes. */
export function tinyStudy(readers: readonly string[] = ['Ada', 'Ben']): StudySource {
  const cases: StudyCase[] = [];
  const fakes: StudyFake[] = [];
  for (const split of ['training', 'test'] as const) {
    for (let patient = 0; patient < 30; patient++) {
      const label = patient % 2 === 0 ? 'positive' : 'negative';
      const caseId = `${split}-${patient}`;
      cases.push({ caseId, patientId: caseId, label, split });
      const intendedLabel = label === 'positive' ? 'negative' : 'positive';
      fakes.push({ fakeId: `${caseId}-synthetic`, caseId, intendedLabel });
    }
  }
  const plan = planReaderStudy({ cases, fakes, readers, seed: 3, sessions: SESSIONS });
  const ids = [...cases.map(({ caseId }) => caseId), ...fakes.map(({ fakeId }) => fakeId)];
  return {
    name: 'Tiny study',
    plan,
    cases: new Set(ids),
    load: async (id) => ({
      pixels: Uint16Array.from({ length: HEIGHT * WIDTH }, (_, i) => 100 * ids.indexOf(id) + i),
      height: HEIGHT,
      width: WIDTH,
    }),
  };
}

/** A study of one blinded session with as many images as asked for, half of them fakes. */
export function longStudy(
  readers: readonly string[],
  { images, side = 2 }: { readonly images: number; readonly side?: number },
): StudySource {
  const shown = Array.from({ length: images }, (_, i) => ({
    order: i + 1,
    case: `image-${i}`,
    truth: i % 2 === 0 ? ('real' as const) : ('fake' as const),
    appearance: 'negative' as const,
    sourceCase: `image-${i}`,
    patientId: `patient-${i}`,
  }));
  const requested = {
    session: '1',
    purpose: 'blinded' as const,
    splits: [],
    real: NONE,
    fake: NONE,
    triplets: NONE,
  };
  const session = {
    session: '1',
    purpose: 'blinded' as const,
    images: shown,
    triplets: [],
    requested,
  };
  return {
    name: 'Long study',
    plan: { seed: 1, readers, scale: 1, sessions: [session], warnings: [] },
    cases: new Set(shown.map((image) => image.case)),
    load: async () => ({ pixels: new Uint16Array(side * side), height: side, width: side }),
  };
}

/** A reading room in this process, its database in memory unless told otherwise. */
export interface Room {
  readonly app: FastifyInstance;
  /** Where everything is kept. */
  readonly folder: string;
  readonly open: OpenDatabase;
  readonly pictures: PictureFolder;
  readonly source: StudySource;
  readonly studyId: string;
  readonly close: () => Promise<void>;
}

export async function openRoom(
  options: { readonly url?: string; readonly readers?: readonly string[] } = {},
): Promise<Room> {
  const folder = await mkdtemp(join(tmpdir(), 'room-'));
  const open = await openDatabase({ url: options.url });
  const pictures = new PictureFolder(join(folder, 'pictures'));
  const app = await buildApp({ database: open.database, pictures, joinsPerMinute: 1000 });
  const source = tinyStudy(options.readers);
  const { id: studyId } = await createStudy(open.database, pictures, source);
  const close = async () => {
    await app.close();
    await open.close();
    await rm(folder, { recursive: true });
  };
  return { app, folder, open, pictures, source, studyId, close };
}

/** Someone who is signed in. */
export interface Client {
  readonly cookie: string;
  readonly send: (
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers?: InjectOptions['headers'],
  ) => Promise<LightMyRequestResponse>;
}

/** Signs a reader (by id) or the owner (null) in. */
export async function signIn({ app, open }: Room, readerId: string | null): Promise<Client> {
  const token = await issueLink(open.database, readerId);
  const joined = await app.inject({
    method: 'POST',
    url: '/api/join',
    headers: { 'x-reading-room': '1' },
    payload: { token },
  });
  return clientOf(app, String(joined.headers['set-cookie']).split(';')[0] ?? '');
}

export function clientOf(app: FastifyInstance, cookie: string): Client {
  return {
    cookie,
    send: (method, url, body, headers = { 'x-reading-room': '1' }) =>
      app.inject({
        method,
        url: `/api${url}`,
        headers: { cookie, ...headers },
        ...(body !== undefined && { payload: body as object | Buffer }),
      }),
  };
}

/** Ids of the readers by name. */
export async function readerIds(room: Room): Promise<ReadonlyMap<string, string>> {
  const owner = await signIn(room, null);
  const overview = (await owner.send('GET', `/owner/studies/${room.studyId}`)).json();
  return new Map(overview.readers.map(({ id, name }: { id: string; name: string }) => [name, id]));
}

/** Reads on, giving the answers that `judge` chooses, until the study is finished or `most` answers are given. */
export async function readOn(
  client: Client,
  judge: (position: number) => 'real' | 'not-real' | 'unsure',
  most = Number.POSITIVE_INFINITY,
): Promise<ReaderState> {
  let state = (await client.send('GET', '/reader/state')).json() as ReaderState;
  for (let given = 0; 'slot' in state && given < most; ) {
    if (state.state === 'before-session') {
      state = (await client.send('POST', '/reader/begin', { session: state.session })).json();
      continue;
    }
    const { session, slot, purpose } = state;
    const reply = await client.send('POST', '/reader/answer', {
      session,
      position: slot.position,
      pictureId: slot.pictures[0]?.id,
      label: purpose === 'education' ? 'seen' : judge(slot.position),
      visibleMs: 1000 + slot.position,
    });
    if (reply.statusCode !== 200) throw new Error(reply.body);
    state = reply.json();
    given++;
  }
  return state;
}
