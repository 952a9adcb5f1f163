import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from '../server/database/database.ts';
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
  const [shape] = shapes.get('real')!;
  expect(shape).toContain('"cache-control":"no-store"');
  expect(shape).not.toMatch(/etag|last-modified|content-disposition/);
});

test('ids, their order and the time that a picture takes tell nothing', async () => {
  const room = await openRoom();
  const { sessions } = room.source.plan;
  const found = rowsOf<{ id: string; truth: string; ordinal: number; position: number }>(
    await room.open.database.execute(
      "SELECT id, truth, ordinal, position FROM picture WHERE role = 'image' ORDER BY id",
    ),
  );
  const blinded = found.filter(({ ordinal }) => sessions[ordinal - 1]!.purpose === 'blinded');
  expect(blinded.every(({ id }) => /^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(id))).toBe(true); // random
  const files = await readdir(join(room.folder, 'pictures'));
  const lengths = await Promise.all(
    files.map(async (file) => (await stat(join(room.folder, 'pictures', file))).size),
  );
  expect(new Set(lengths).size).toBe(1);
  const times: Record<string, number[]> = { real: [], fake: [] };
  for (let round = 0; round < 20; round++) {
    for (const { id, truth } of blinded) {
      const before = performance.now();
      await room.pictures.read(id);
      times[truth]!.push(performance.now() - before);
    }
  }
  const median = (of: number[]) => of.sort((a, b) => a - b)[of.length >> 1]!;
  expect(Math.abs(median(times.real!) - median(times.fake!))).toBeLessThan(3); // ms
  await room.close();
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
