import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReaderState } from '../server/reading.ts';
import { clientOf, openRoom, type Room, readerIds, signIn } from './room.ts';

let room: Room;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  room = await openRoom();
  ids = await readerIds(room);
});
afterAll(() => room.close());

test('nothing that a reader is sent tells real from fake', async () => {
  const ada = await signIn(room, ids.get('Ada')!);
  const told: string[] = [];
  const shapes = new Map<string, Set<string>>();
  let state = (await ada.send('GET', '/reader/state')).json() as ReaderState;
  while ('slot' in state) {
    if (state.state === 'before-session') {
      const reply = await ada.send('POST', '/reader/begin', { session: state.session });
      told.push(JSON.stringify(reply.headers), reply.body);
      state = reply.json();
      continue;
    }
    const { session, slot, purpose } = state;
    const picture = await ada.send('GET', `/reader/pictures/${slot.pictures[0]!.id}`);
    if (purpose === 'blinded') {
      const { truth } = room.source.plan.sessions[session - 1]!.images[slot.position - 1]!;
      const { date, ...headers } = picture.headers;
      const shape = JSON.stringify([headers, picture.rawPayload.length]);
      shapes.set(truth, (shapes.get(truth) ?? new Set()).add(shape));
    }
    const reply = await ada.send('POST', '/reader/answer', {
      session,
      position: slot.position,
      pictureId: slot.pictures[0]!.id,
      label: purpose === 'education' ? 'seen' : 'unsure',
      visibleMs: 5,
    });
    if (purpose !== 'education' && 'purpose' in state)
      told.push(JSON.stringify(reply.headers), reply.body);
    state = reply.json();
  }
  const blinded = told.filter((text) => !text.includes('"education"'));
  expect(blinded.join('\n')).not.toMatch(/truth|synthetic|fake|training-|test-/);
  expect(shapes.get('real')).toEqual(shapes.get('fake'));
  expect(shapes.get('real')?.size).toBe(1); // all pictures look the same from outside
});

test('a link works once, and signing in gives a token that was not there before', async () => {
  const { issueLink } = await import('../server/visitors.ts');
  const token = await issueLink(room.open.database, ids.get('Ben')!);
  const join = (cookie = '') =>
    room.app.inject({
      method: 'POST',
      url: '/api/join',
      headers: { 'x-reading-room': '1', cookie },
      payload: { token },
    });
  const first = await join('reading-room=chosen-by-somebody-else');
  const cookie = String(first.headers['set-cookie']);
  expect(first.statusCode).toBe(200);
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect(cookie).not.toContain('chosen-by-somebody-else');
  const second = await join();
  expect([second.statusCode, second.json().error]).toEqual([
    401,
    'This link has been used or is too old. Ask for a new one.',
  ]);
  const stored = await room.open.database.execute('SELECT * FROM sign_in');
  const value = cookie.split(';')[0]!.split('=')[1]!;
  expect(JSON.stringify(stored)).not.toContain(value);
});

test('readers cannot do what owners do, strangers nothing', async () => {
  const ben = await signIn(room, ids.get('Ben')!);
  const owner = await signIn(room, null);
  const nobody = clientOf(room.app, '');
  const study = `/owner/studies/${room.studyId}`;
  for (const [method, path] of [
    ['GET', '/owner/studies'],
    ['GET', study],
    ['POST', `${study}/close`],
    ['GET', `${study}/reads.csv`],
    ['POST', `${study}/readers/${ids.get('Ada')}/link`],
  ] as const) {
    expect((await ben.send(method, path, method === 'POST' ? {} : undefined)).statusCode).toBe(401);
    expect((await nobody.send(method, path, method === 'POST' ? {} : undefined)).statusCode).toBe(
      401,
    );
  }
  expect((await owner.send('GET', '/reader/state')).statusCode).toBe(401);
  const strange = '/owner/studies/00000000-0000-4000-8000-000000000000';
  expect((await owner.send('GET', strange)).statusCode).toBe(404);
  expect((await owner.send('GET', '/owner/studies/..%2f..')).statusCode).toBe(400);
});

test('another site cannot send requests in a reader’s name', async () => {
  const ben = await signIn(room, ids.get('Ben')!);
  const begin = (headers: Record<string, string>) =>
    ben.send('POST', '/reader/begin', { session: 1 }, headers);
  expect((await begin({})).statusCode).toBe(403);
  const foreign = {
    'x-reading-room': '1',
    origin: 'https://elsewhere.example',
    host: 'room.example',
  };
  expect((await begin(foreign)).statusCode).toBe(403);
  const own = { 'x-reading-room': '1', origin: 'https://room.example', host: 'room.example' };
  expect((await begin(own)).statusCode).toBe(200);
});

test('answers carry the security headers', async () => {
  const { headers } = await room.app.inject('/api/me');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['cache-control']).toBe('no-store');
});

test('guessing links is slowed down', async () => {
  const { buildApp } = await import('../server/app.ts');
  const app = await buildApp({
    database: room.open.database,
    pictures: room.pictures,
    joinsPerMinute: 3,
  });
  const guess = () =>
    app.inject({
      method: 'POST',
      url: '/api/join',
      headers: { 'x-reading-room': '1' },
      payload: { token: 'a'.repeat(43) },
    });
  const codes = [];
  for (let i = 0; i < 5; i++) codes.push((await guess()).statusCode);
  expect(codes).toEqual([401, 401, 401, 429, 429]);
  await app.close();
});

test('uploads that are no images, or no plan, make no study', async () => {
  const owner = await signIn(room, null);
  const boundary = 'x';
  const part = (disposition: string, text: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`;
  const send = (plan: string) =>
    room.app.inject({
      method: 'POST',
      url: '/api/owner/studies',
      headers: {
        cookie: owner.cookie,
        'x-reading-room': '1',
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      payload: `${part('name="name"', 'Bad')}${part('name="plan"; filename="plan.json"', plan)}${part('name="images"; filename="../../etc/a.png"', 'no image')}--${boundary}--\r\n`,
    });
  expect((await send('{')).json().error).toMatch(/^plan: must be JSON/);
  const wrong = (
    await send('{"readers":["A","A"],"sessions":[{"session":"1","purpose":"guess","images":[]}]}')
  ).json();
  expect(wrong.error).toContain('readers must be named, each once');
  expect(wrong.error).toContain('purpose must be familiarisation');
  const image = { order: 1, case: 'a', truth: 'real', appearance: 'negative' };
  const plan = {
    readers: ['A'],
    sessions: [{ session: '1', purpose: 'blinded', images: [image], triplets: [] }],
  };
  const unread = await send(JSON.stringify(plan));
  expect([unread.statusCode, unread.json().error]).toEqual([
    400,
    expect.stringMatching(/^images:\na: /),
  ]);
  expect((await owner.send('GET', '/owner/studies')).json().length).toBe(1);
});
