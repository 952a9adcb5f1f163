import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from '../server/database/database.ts';
import type { ReaderState } from '../server/reading.ts';
import { createStudy, type StudySource } from '../server/studies.ts';
import { clientOf, longStudy, openRoom, type Room, signIn, tinyStudy } from './room.ts';

let room: Room;
beforeAll(async () => {
  room = await openRoom();
});
afterAll(() => room.close());

const source = tinyStudy();

function create(change: Partial<StudySource>) {
  return createStudy(room.open.database, room.pictures, { ...source, ...change });
}

async function refusalOf(change: Partial<StudySource>): Promise<string> {
  return create(change).then(
    () => 'not refused',
    (error: Error) => error.message,
  );
}

async function refusals(): Promise<number> {
  const counted = await room.open.database.execute('SELECT count(*)::int AS n FROM refusal');
  return rowsOf<{ n: number }>(counted)[0]!.n;
}

async function counts(): Promise<{ studies: number; pictures: number }> {
  const owner = await signIn(room, null);
  return {
    studies: (await owner.send('GET', '/owner/studies')).json().length,
    pictures: (await readdir(join(room.folder, 'pictures'))).length,
  };
}

test('images that are missing or unreadable are all named, and nothing is left behind', async () => {
  const before = await counts();
  const [a, b, c] = source.plan.sessions[0]!.images.map((image) => image.case);
  const cases = new Set([...source.cases].filter((id) => id !== a && id !== b));
  expect(await refusalOf({ cases })).toBe(`images: the plan shows 2 that are missing:\n${a}\n${b}`);
  const load: StudySource['load'] = async (id) => {
    if (id === b || id === c) throw new Error('not an image');
    return source.load(id);
  };
  const message = await refusalOf({ load });
  expect(message).toContain(`${b}: not an image\n${c}: not an image`);
  expect(await refusalOf({ name: ' ' })).toContain('name: a study must have a name');
  expect(await counts()).toEqual(before);
});

test('a fake of a triplet must have the size of its real image', async () => {
  const before = await counts();
  const { fake, real } = source.plan.sessions[3]!.triplets[0]!;
  const load: StudySource['load'] = async (id) =>
    id === fake ? { pixels: new Uint16Array(6), height: 2, width: 3 } : source.load(id);
  expect(await refusalOf({ load })).toBe(
    `images:\n${fake}: must be 12 × 10 like ${real}, got 2 × 3`,
  );
  expect(await counts()).toEqual(before);
});

/** Images of three sizes, the same ones among real images and fakes unless told otherwise. */
function ofSeveralSizes(height: (i: number) => number): StudySource {
  const long = longStudy(['Ada'], { images: 12 });
  return {
    ...long,
    load: async (id) => {
      const [h, w] = [height(Number(id.split('-')[1])), 4];
      return {
        pixels: Uint16Array.from({ length: h * w }, (_, i) => 65535 - i),
        height: h,
        width: w,
      };
    },
  };
}

test('images of several sizes are sent with one number of bytes, and come out as they went in', async () => {
  const mixed = ofSeveralSizes((i) => 3 + (Math.floor(i / 2) % 3));
  const { id, warnings } = await createStudy(room.open.database, room.pictures, mixed);
  expect(warnings).toEqual([]);
  const found = await room.open.database.execute(`SELECT id FROM reader WHERE study_id = '${id}'`);
  const ada = await signIn(room, rowsOf<{ id: string }>(found)[0]!.id);
  let state = (await ada.send('POST', '/reader/begin', { session: 1 })).json() as ReaderState;
  const bytes = new Set<number>();
  const heights = new Set<number>();
  while ('slot' in state) {
    const { id: pictureId, height, width } = state.slot.pictures[0]!;
    const { rawPayload } = await ada.send('GET', `/reader/pictures/${pictureId}`);
    bytes.add(rawPayload.length);
    heights.add(height);
    const sent = new Uint16Array(new Uint8Array(rawPayload).buffer);
    const { pixels } = await mixed.load(`image-${state.slot.position - 1}`);
    expect(sent.subarray(0, height * width)).toEqual(pixels);
    expect(sent.subarray(height * width).every((level) => level === 0)).toBe(true);
    const { position } = state.slot;
    const given = { session: 1, position, pictureId, label: 'unsure', visibleMs: 1 };
    state = (await ada.send('POST', '/reader/answer', given)).json();
  }
  expect([...heights].sort()).toEqual([3, 4, 5]);
  expect([...bytes]).toEqual([2 * 5 * 4]);
});

test('the owner is warned when sizes alone tell fakes from real images', async () => {
  const telling = ofSeveralSizes((i) => 3 + (i % 2));
  const { warnings } = await createStudy(room.open.database, room.pictures, telling);
  expect(warnings).toEqual([
    'Session 1: real images are 3 × 4, fakes 4 × 4: readers can tell them by their size.',
  ]);
});

/** What a browser's form sends: a name, a plan and files. */
async function upload(plan: string, images: Readonly<Record<string, string | Uint8Array>>) {
  const owner = await signIn(room, null);
  const form = new FormData();
  form.set('name', 'Uploaded');
  form.set('plan', new Blob([plan]), 'plan.json');
  for (const [name, content] of Object.entries(images)) {
    form.append('images', new Blob([content as BlobPart]), name);
  }
  const request = new Request('http://room.example', { method: 'POST', body: form });
  return clientOf(room.app, owner.cookie).send(
    'POST',
    '/owner/studies',
    Buffer.from(await request.arrayBuffer()),
    { 'x-reading-room': '1', 'content-type': request.headers.get('content-type')! },
  );
}

function planOf(...cases: readonly string[]): string {
  const images = cases.map((id, i) => ({
    order: i + 1,
    case: id,
    truth: i % 2 ? 'fake' : 'real',
    appearance: 'negative',
  }));
  const session = { session: '1', purpose: 'blinded', images, triplets: [] };
  return JSON.stringify({ readers: ['A'], sessions: [session] });
}

test('an upload becomes a study', async () => {
  const before = await counts();
  const pgm = new Uint8Array([...Buffer.from('P5 2 1 255\n'), 0, 255]);
  const reply = await upload(planOf('a', 'b'), {
    'a.pgm': pgm,
    'b.pgm': pgm,
    'not-shown.txt': 'x',
  });
  expect([reply.statusCode, reply.json().warnings]).toEqual([200, []]);
  expect(await counts()).toEqual({ studies: before.studies + 1, pictures: before.pictures + 2 });
});

test.each<[string, string, Record<string, string | Uint8Array>, RegExp]>([
  ['a plan that is no JSON', '{', {}, /^plan: must be JSON/],
  ['a plan of nothing', 'null', {}, /^plan:\nmust be an object/],
  ['readers named twice', '{"readers":["A","A"],"sessions":[]}', {}, /each once\nsessions must be/],
  ['an unknown purpose', planOf('a').replace('blinded', 'guess'), {}, /purpose must be famil/],
  [
    'an order with a gap',
    planOf('a').replace('"order":1', '"order":2'),
    {},
    /order must be 1, got 2/,
  ],
  ['no truth', planOf('a').replace('"truth":"real",', ''), {}, /truth must be real or fake/],
  ['an image that is missing', planOf('a', 'b'), { 'a.pgm': 'P5' }, /missing:\nb$/],
  [
    'a text as an image',
    planOf('a'),
    { '../../etc/a.png': 'no image' },
    /^images:\na: must be a DICOM, PNG or PGM file/,
  ],
  ['half an image', planOf('a'), { 'a.pgm': 'P5 9 9 255\n12' }, /^images:\na: /],
  ['two images of one name', planOf('a'), { 'a.pgm': 'x', 'a.png': 'y' }, /a was sent twice/],
  [
    'a gigantic image',
    planOf('a'),
    { 'a.pgm': 'P5 20000 20000 255\n' },
    /at most 40 million pixels, got 20000 × 20000/,
  ],
])(
  '%s is refused with a message and logged, and nothing changes',
  async (_, plan, images, message) => {
    const before = await counts();
    const logged = await refusals();
    const reply = await upload(plan, images);
    expect([reply.statusCode, reply.json().error]).toEqual([400, expect.stringMatching(message)]);
    expect(await counts()).toEqual(before);
    expect(await refusals()).toBe(logged + 1);
  },
);
