import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { rowsOf } from '../server/database/database.ts';
import type { ReaderState } from '../server/reading.ts';
import { DATABASES } from './databases.ts';
import { type Client, openRoom, type Room, readerIds, readOn, signIn } from './room.ts';

/** What Ben answered before he reads on. */
const GIVEN_ABOVE: Readonly<Record<number, string>> = { 1: 'unsure', 2: 'real' };

const LATE = {
  session: 5,
  position: 1,
  pictureId: '00000000-0000-4000-8000-000000000000',
  label: 'real',
  visibleMs: 1,
};

describe.each(DATABASES)('on $name', ({ name, url }) => {
  const present = name === 'PGlite' || url !== undefined;
  describe.skipIf(!present)('a reader', () => {
    let room: Room;
    let ids: ReadonlyMap<string, string>;
    beforeAll(async () => {
      room = await openRoom(url === undefined ? {} : { url });
      ids = await readerIds(room);
    });
    afterAll(() => room?.close());
    const stateOf = async (client: Client) =>
      (await client.send('GET', '/reader/state')).json() as Extract<ReaderState, { slot: unknown }>;

    test('is asked to begin, gets the first image, and finds it again on another machine', async () => {
      const ada = await signIn(room, ids.get('Ada')!);
      expect((await stateOf(ada)).state).toBe('before-session');
      await readOn(ada, () => 'real', 2);
      const state = await stateOf(ada);
      expect([state.state, state.session, state.slot.position]).toEqual(['reading', 1, 3]);
      const again = await signIn(room, ids.get('Ada')!);
      expect(await stateOf(again)).toEqual(state);
      expect((await ada.send('GET', '/reader/state')).statusCode).toBe(401);
    });

    test('may load the image before him and the next one, no other', async () => {
      const ben = await signIn(room, ids.get('Ben')!);
      const before = await stateOf(ben);
      const first = before.slot.pictures[0]!.id;
      expect((await ben.send('GET', `/reader/pictures/${first}`)).statusCode).toBe(404);
      await ben.send('POST', '/reader/begin', { session: 1 });
      const { slot, next } = await stateOf(ben);
      for (const { pictures } of [slot, next!]) {
        const picture = await ben.send('GET', `/reader/pictures/${pictures[0]!.id}`);
        expect([picture.statusCode, picture.rawPayload.length]).toEqual([200, 240]);
      }
      const planned = room.source.plan.sessions[0]!.images[0]!.case;
      const { pixels } = await room.source.load(planned);
      const sent = (await ben.send('GET', `/reader/pictures/${first}`)).rawPayload;
      expect(new Uint16Array(new Uint8Array(sent).buffer)).toEqual(pixels);
      const adas = await stateOf(await signIn(room, ids.get('Ada')!));
      const foreign = await ben.send('GET', `/reader/pictures/${adas.slot.pictures[0]!.id}`);
      expect(foreign.statusCode).toBe(404);
    });

    test('is refused what is out of place, and nothing changes', async () => {
      const ben = await signIn(room, ids.get('Ben')!);
      const state = await stateOf(ben);
      const given = {
        session: 1,
        position: 1,
        pictureId: state.slot.pictures[0]!.id,
        label: 'real',
        visibleMs: 10,
      };
      const wrong: readonly [object, number, RegExp][] = [
        [{ position: 2 }, 409, /image 1 of session 1 is next/],
        [{ session: 3 }, 409, /is next/],
        [{ pictureId: state.next!.pictures[0]!.id }, 409, /not to the image that is shown/],
        [{ pictureId: '00000000-0000-4000-8000-000000000000' }, 409, /not to the image/],
        [{ label: 'seen' }, 400, /cannot be "seen"/],
        [{ label: 'fake' }, 400, /label/],
        [{ visibleMs: -1 }, 400, /visibleMs/],
        [{ extra: 1 }, 400, /additional/],
      ];
      for (const [change, status, message] of wrong) {
        const reply = await ben.send('POST', '/reader/answer', { ...given, ...change });
        expect(reply.statusCode, JSON.stringify(change)).toBe(status);
        expect(reply.json().error).toMatch(message);
      }
      expect(await stateOf(ben)).toEqual(state);
      const refusals = await room.open.database.execute('SELECT count(*)::int AS n FROM refusal');
      expect(rowsOf<{ n: number }>(refusals)[0]!.n).toBeGreaterThan(7);
    });

    test('whose reply was lost may send the same answer again; it counts once, another is refused', async () => {
      const ben = await signIn(room, ids.get('Ben')!);
      const state = await stateOf(ben);
      const given = {
        session: 1,
        position: 1,
        pictureId: state.slot.pictures[0]!.id,
        label: 'unsure',
        visibleMs: 1234,
      };
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => ben.send('POST', '/reader/answer', given)),
      );
      expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
      expect((await stateOf(ben)).slot.position).toBe(2);
      const changed = await ben.send('POST', '/reader/answer', { ...given, label: 'real' });
      expect(changed.statusCode).toBe(409);
      const count = await room.open.database.execute(
        `SELECT count(*)::int AS n FROM answer WHERE reader_id = '${ids.get('Ben')}'`,
      );
      expect(rowsOf<{ n: number }>(count)[0]!.n).toBe(1);
    });

    test('is refused a session that is not the next one', async () => {
      const ben = await signIn(room, ids.get('Ben')!);
      const before = await stateOf(ben);
      for (const session of [2, 5]) {
        const reply = await ben.send('POST', '/reader/begin', { session });
        expect([reply.statusCode, reply.json().error]).toEqual([
          409,
          `Session ${session} is not the one that comes next.`,
        ]);
      }
      expect(await stateOf(ben)).toEqual(before);
    });

    test('answers on while the server’s clock is set back; times and chain stay whole', async () => {
      const ben = await signIn(room, ids.get('Ben')!);
      vi.useFakeTimers({ now: Date.now() - 3_600_000, toFake: ['Date'] });
      const state = await readOn(ben, () => 'real', 1);
      vi.useRealTimers();
      expect('slot' in state && state.slot.position).toBe(3);
      const kept = rowsOf<{ visible_ms: number; at: string | Date }>(
        await room.open.database.execute(
          `SELECT visible_ms, at FROM answer WHERE reader_id = '${ids.get('Ben')}' ORDER BY number`,
        ),
      );
      expect(kept.map((row) => row.visible_ms)).toEqual([1234, 1002]);
      const [first, second] = kept.map(({ at }) => new Date(at).getTime());
      expect(second).toBeLessThan(first!); // what the clock said, which nothing is computed from
    });

    test('cannot be changed in the database', async () => {
      const change = room.open.database.execute("UPDATE answer SET label = 'real'");
      await expect(change).rejects.toThrow();
      await expect(room.open.database.execute('DELETE FROM answer')).rejects.toThrow();
      await expect(room.open.database.execute('TRUNCATE answer')).rejects.toThrow();
    });

    test('comes to the end, and the owner gets every answer with its truth only once the study is closed', async () => {
      const judge = (position: number) => (['real', 'not-real', 'unsure'] as const)[position % 3]!;
      for (const id of ids.values()) {
        const reader = await signIn(room, id);
        expect((await readOn(reader, judge)).state).toBe('finished');
        const late = await reader.send('POST', '/reader/answer', LATE);
        expect([late.statusCode, late.json().error]).toEqual([409, 'All images have been read.']);
      }
      const owner = await signIn(room, null);
      const study = `/owner/studies/${room.studyId}`;
      for (const hidden of ['reads.csv', 'analysis.html']) {
        expect((await owner.send('GET', `${study}/${hidden}`)).statusCode).toBe(409);
      }
      const overview = await owner.send('GET', study);
      expect(overview.body).not.toMatch(/not-real|unsure|fake|synthetic/);
      await owner.send('POST', `${study}/close`, {});
      const rows = (await owner.send('GET', `${study}/reads.csv`)).body.trim().split('\n');
      const shown = room.source.plan.sessions.reduce((sum, s) => sum + s.images.length, 0);
      expect(rows.length).toBe(1 + 2 * shown);
      const expected = room.source.plan.sessions.flatMap(({ session, images }) =>
        images.map(({ order, case: id, truth, appearance }) => {
          const label = session === '1' ? (GIVEN_ABOVE[order] ?? judge(order)) : judge(order);
          return `Ben,${session},${id},${truth},${appearance},${label},${order}`;
        }),
      );
      const bens = rows.filter((row) => row.startsWith('Ben,'));
      expect(bens.map((row) => row.split(',').slice(0, 7).join())).toEqual(expected);
      const ada = await signIn(room, ids.get('Ada')!);
      expect((await ada.send('GET', '/reader/state')).json().state).toBe('closed');
      const late = await ada.send('POST', '/reader/answer', LATE);
      expect([late.statusCode, late.json().error]).toEqual([409, 'The study is closed.']);
    });
  });
});
