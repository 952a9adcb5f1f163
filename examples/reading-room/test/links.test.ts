import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newToken } from '../server/tokens.ts';
import { issueLink } from '../server/visitors.ts';
import { clientOf, openRoom, type Room, readerIds, signIn } from './room.ts';

let room: Room;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  room = await openRoom();
  ids = await readerIds(room);
});
afterAll(() => room.close());

const USED = 'This link has been used or is too old. Ask for a new one.';

function join(payload: object, cookie = '') {
  const headers = { 'x-reading-room': '1', cookie };
  return room.app.inject({ method: 'POST', url: '/api/join', headers, payload });
}

function cookieOf(reply: Awaited<ReturnType<typeof join>>): string {
  return String(reply.headers['set-cookie']).split(';')[0] ?? '';
}

async function roleOf(cookie: string): Promise<string> {
  return (await clientOf(room.app, cookie).send('GET', '/me')).json().role;
}

test('a link works once, and signing in gives a token that was not there before', async () => {
  const token = await issueLink(room.open.database, ids.get('Ben')!);
  const first = await join({ token }, 'reading-room=chosen-by-somebody-else');
  const cookie = String(first.headers['set-cookie']);
  expect(first.statusCode).toBe(200);
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
  expect(cookie).not.toContain('chosen-by-somebody-else');
  const second = await join({ token });
  expect([second.statusCode, second.json().error]).toEqual([401, USED]);
  const stored = await room.open.database.execute('SELECT * FROM sign_in, link');
  expect(JSON.stringify(stored)).not.toContain(cookieOf(first).split('=')[1]);
  expect(JSON.stringify(stored)).not.toContain(token);
});

test('a link whose reply was lost works again in the same browser, in no other, and not for long', async () => {
  const token = await issueLink(room.open.database, ids.get('Ada')!);
  const [claim, foreign] = [newToken(), newToken()];
  const lost = cookieOf(await join({ token, claim }));
  expect((await join({ token, claim: foreign })).statusCode).toBe(401);
  expect((await join({ token })).statusCode).toBe(401);
  expect(await roleOf(lost)).toBe('reader'); // nobody took the place of the first
  const again = cookieOf(await join({ token, claim }));
  expect([again === lost, await roleOf(again), await roleOf(lost)]).toEqual([
    false,
    'reader',
    'nobody',
  ]);
  vi.useFakeTimers({ now: Date.now() + 11 * 60 * 1000, toFake: ['Date'] });
  const late = await join({ token, claim });
  vi.useRealTimers();
  expect([late.statusCode, late.json().error]).toEqual([401, USED]);
});

test('of many browsers that use a link at the same time one gets in', async () => {
  const token = await issueLink(room.open.database, ids.get('Ada')!);
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => join({ token, claim: newToken() })),
  );
  expect(replies.filter(({ statusCode }) => statusCode === 200).length).toBe(1);
});

test('a new link of the owner makes the old one worthless', async () => {
  const owner = await signIn(room, null);
  const path = `/owner/studies/${room.studyId}/readers/${ids.get('Ben')}/link`;
  const old = (await owner.send('POST', path, {})).json().token;
  const fresh = (await owner.send('POST', path, {})).json().token;
  expect((await join({ token: old })).json().error).toBe(USED);
  expect((await join({ token: fresh })).statusCode).toBe(200);
});

test('a link too old is refused', async () => {
  const token = await issueLink(room.open.database, ids.get('Ben')!);
  vi.useFakeTimers({ now: Date.now() + 31 * 24 * 60 * 60 * 1000, toFake: ['Date'] });
  const late = await join({ token });
  vi.useRealTimers();
  expect(late.json().error).toBe(USED);
});
