import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '@mammo/mammo-io';
import { sql } from 'drizzle-orm';
import { openDatabase, rowsOf } from '../server/database/database.ts';
import { PictureFolder } from '../server/pictures.ts';
import type { ReaderState } from '../server/reading.ts';
import { createStudy } from '../server/studies.ts';
import { newToken } from '../server/tokens.ts';
import { issueLink, join as signIn } from '../server/visitors.ts';
import { freePort, setup } from './postgres.ts';
import { longStudy } from './room.ts';
import { killServer, startServer } from './server-process.ts';

/** `npm run load -w examples/reading-room`: fifty readers at once, each like a browser of his own; prints a table. */
const READERS = 50;
const SIDE = 512;

/** How long a reader looks at an image, in seconds; `burst`: all of them answer at the same moment, over and over. */
const MODES = [
  { name: 'an answer every 1–5 s', think: [1, 5], seconds: 30 },
  { name: 'an answer every 0.1–0.9 s', think: [0.1, 0.9], seconds: 30 },
  { name: 'burst: all fifty at once, every 2 s', burst: 2, seconds: 30 },
] as const;
type Mode = (typeof MODES)[number];

interface Row {
  readonly confirmed: number;
  readonly kept: number;
  readonly times: readonly number[];
  /** Processor time of the server for an answer and the picture that goes with it, ms; null where the system does not tell. */
  readonly processorMs: number | null;
}

async function campaign(mode: Mode, url: string | undefined): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'room-load-'));
  const database = join(folder, 'database');
  let open = await openDatabase({ url, folder: database });
  const names = Array.from({ length: READERS }, (_, i) => `Reader ${i}`);
  const source = longStudy(names, { images: 90, side: SIDE });
  const { id } = await createStudy(
    open.database,
    new PictureFolder(join(folder, 'pictures')),
    source,
  );
  const found = await open.database.execute(sql`SELECT id FROM reader WHERE study_id = ${id}`);
  const tokens: string[] = [];
  for (const reader of rowsOf<{ id: string }>(found)) {
    const link = await issueLink(open.database, reader.id);
    tokens.push((await signIn(open.database, link, newToken())).token);
  }
  await open.close();
  const port = await freePort();
  const server = await startServer(folder, port, url);
  const before = processorMs(server.pid!);
  const times: number[] = [];
  const start = performance.now();
  const address = `http://127.0.0.1:${port}/api/reader`;
  await Promise.all(
    tokens.map((token, seed) =>
      readUntil(address, `reading-room=${token}`, { mode, start, seed, times }),
    ),
  );
  const after = processorMs(server.pid!);
  await killServer(server); // what was confirmed must be there all the same
  open = await openDatabase({ url, folder: database });
  const counted = await open.database.execute(
    sql`SELECT count(*)::int AS n FROM answer JOIN reader ON reader.id = reader_id WHERE study_id = ${id}`,
  );
  const kept = rowsOf<{ n: number }>(counted)[0]!.n;
  await open.close();
  await rm(folder, { recursive: true });
  return {
    confirmed: times.length,
    kept,
    times: times.sort((a, b) => a - b),
    processorMs: before === null || after === null ? null : (after - before) / times.length,
  };
}

/** Processor time that a process has used, ms; null where there is no /proc. */
function processorMs(pid: number): number | null {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return null;
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12])); // user and system, in hundredths of a second
}

/** One browser: it answers, and loads the image after the next while its reader looks at the next. */
async function readUntil(
  api: string,
  cookie: string,
  options: {
    readonly mode: Mode;
    readonly start: number;
    readonly seed: number;
    readonly times: number[];
  },
): Promise<void> {
  const { mode, start, seed, times } = options;
  const random = randomStream(seed, 'load');
  const end = start + 1000 * mode.seconds;
  const post = async (path: string, body: object): Promise<ReaderState> => {
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { cookie, 'x-reading-room': '1', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as ReaderState;
  };
  const load = async (id: string) => {
    await (await fetch(`${api}/pictures/${id}`, { headers: { cookie } })).arrayBuffer();
  };
  let state = await post('/begin', { session: 1 });
  for (let round = 1; 'slot' in state; round++) {
    if (state.next) await load(state.next.pictures[0]!.id);
    const wait =
      'burst' in mode
        ? start + 1000 * mode.burst * round - performance.now()
        : 1000 * random.uniform(...mode.think);
    await new Promise((resume) => setTimeout(resume, wait));
    if (performance.now() >= end) return;
    const pictureId = state.slot.pictures[0]!.id;
    const before = performance.now();
    const { position } = state.slot;
    state = await post('/answer', { session: 1, position, pictureId, label: 'real', visibleMs: 1 });
    times.push(performance.now() - before);
  }
}

const teardown = await setup();
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, images of ${SIDE} × ${SIDE}, server and readers on the same machine, load average ${loadavg()[0]!.toFixed(1)} before\n\n` +
    '| database | fifty readers | answers confirmed, kept | median, ms | p95, ms | p99, ms | processor, ms an answer |\n|---|---|---|---|---|---|---|\n',
);
for (const url of [undefined, process.env.ROOM_TEST_POSTGRES]) {
  if (url === undefined && process.argv.includes('--postgres')) continue;
  for (const mode of MODES) {
    const { confirmed, kept, times, processorMs: cost } = await campaign(mode, url);
    const quantile = (share: number) => times[Math.floor(share * times.length)]!.toFixed(1);
    const name = url === undefined ? 'PGlite' : 'PostgreSQL';
    process.stdout.write(
      `| ${name} | ${mode.name} | ${confirmed}, ${kept} | ${quantile(0.5)} | ${quantile(0.95)} | ${quantile(0.99)} | ${cost?.toFixed(1) ?? '–'} |\n`,
    );
    if (kept !== confirmed) process.exitCode = 1;
  }
  if (process.env.ROOM_TEST_POSTGRES === undefined) {
    process.stdout.write('PostgreSQL is not installed: not measured\n');
    break;
  }
}
await teardown?.();
