import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '@mammo/mammo-io';
import { sql } from 'drizzle-orm';
import { buildApp } from '../server/app.ts';
import { openDatabase } from '../server/database/database.ts';
import { PictureFolder } from '../server/pictures.ts';
import type { ReaderState } from '../server/reading.ts';
import { createStudy } from '../server/studies.ts';
import { issueLink, join as signIn } from '../server/visitors.ts';
import { setup } from './postgres.ts';
import { longStudy } from './room.ts';

/** `npm run load -w examples/reading-room`: fifty readers at once, half a second for each image on average, for 30 s. */
const READERS = 50;
const SECONDS = 30;

async function campaign(url: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'room-load-'));
  const open = await openDatabase({ url, folder: join(folder, 'database') });
  const pictures = new PictureFolder(join(folder, 'pictures'));
  const names = Array.from({ length: READERS }, (_, i) => `Reader ${i}`);
  const study = await createStudy(open.database, pictures, longStudy(names, 500));
  const app = await buildApp({ database: open.database, pictures });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const found = await open.database.execute(sql`SELECT id FROM reader WHERE study_id = ${study}`);
  const ids = (found as unknown as { rows: { id: string }[] }).rows.map(({ id }) => id);
  const times: number[] = [];
  const end = performance.now() + 1000 * SECONDS;
  await Promise.all(
    ids.map(async (id, i) => {
      const { token } = await signIn(open.database, await issueLink(open.database, id));
      await readUntil(`${address}/api/reader`, `reading-room=${token}`, { end, seed: i, times });
    }),
  );
  const kept = await open.database.execute(sql`SELECT count(*)::int AS n FROM answer`);
  const [{ n }] = (kept as unknown as { rows: [{ n: number }] }).rows;
  await app.close();
  await open.close();
  await rm(folder, { recursive: true });
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor(share * times.length)]!.toFixed(1);
  process.stdout.write(
    `${open.kind}: ${READERS} readers, ${times.length} answers confirmed, ${n} kept; median ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, p99 ${quantile(0.99)} ms\n`,
  );
  if (n !== times.length) process.exitCode = 1;
}

async function readUntil(
  api: string,
  cookie: string,
  { end, seed, times }: { readonly end: number; readonly seed: number; readonly times: number[] },
): Promise<void> {
  const random = randomStream(seed, 'load');
  const post = async (path: string, body: object): Promise<ReaderState> => {
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { cookie, 'x-reading-room': '1', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as ReaderState;
  };
  let state = await post('/begin', { session: 1 });
  while (performance.now() < end && 'slot' in state) {
    await new Promise((resume) => setTimeout(resume, random.uniform(100, 900)));
    const pictureId = state.slot.pictures[0]!.id;
    await (await fetch(`${api}/pictures/${pictureId}`, { headers: { cookie } })).arrayBuffer();
    const before = performance.now();
    const { position } = state.slot;
    state = await post('/answer', { session: 1, position, pictureId, label: 'real', visibleMs: 1 });
    times.push(performance.now() - before);
  }
}

const teardown = await setup();
await campaign(undefined);
if (process.env.ROOM_TEST_POSTGRES) await campaign(process.env.ROOM_TEST_POSTGRES);
await teardown?.();
