import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomStream } from '@mammo/mammo-io';
import { sql } from 'drizzle-orm';
import { openDatabase, rowsOf } from '../server/database/database.ts';
import { PictureFolder } from '../server/pictures.ts';
import type { ReaderState } from '../server/reading.ts';
import { readsOf } from '../server/reads.ts';
import { closeStudy, createStudy } from '../server/studies.ts';
import { issueLink } from '../server/visitors.ts';
import { freePort } from './postgres.ts';
import { longStudy } from './room.ts';
import { killServer, startServer } from './server-process.ts';

/** What came of killing a server again and again while readers answered. */
export interface KillResult {
  readonly kills: number;
  /** Answers that the server had confirmed. */
  readonly confirmed: number;
  /** Confirmed answers that were not there in the end, or not as they were given. */
  readonly lost: number;
  /** Answers beyond those that were given. */
  readonly surplus: number;
}

const LABELS = ['real', 'not-real', 'unsure'] as const;

/** Kills a server with SIGKILL at random moments while readers answer, each about every 10 ms, and counts what is left. */
export async function killCampaign(options: {
  readonly kills: number;
  readonly readers: number;
  readonly seed: number;
  readonly url?: string | undefined;
  readonly onKill?: (kill: number) => void;
}): Promise<KillResult> {
  const { kills, seed, url, onKill } = options;
  const folder = await mkdtemp(join(tmpdir(), 'room-kill-'));
  const database = join(folder, 'database');
  const names = Array.from({ length: options.readers }, (_, i) => `Reader ${i}`);
  let open = await openDatabase({ url, folder: database });
  const { id: study } = await createStudy(
    open.database,
    new PictureFolder(join(folder, 'pictures')),
    longStudy(names, { images: 120 * kills + 400 }),
  );
  const found = await open.database.execute(
    sql`SELECT id, name FROM reader WHERE study_id = ${study} ORDER BY name`,
  );
  const rows = rowsOf<{ id: string; name: string }>(found);
  const links: string[] = [];
  for (const { id } of rows) links.push(await issueLink(open.database, id));
  await open.close();

  const port = await freePort();
  let server = await startServer(folder, port, url);
  const stop = new AbortController();
  const given = rows.map(() => [] as string[]);
  const api = `http://127.0.0.1:${port}/api`;
  const cookies: string[] = [];
  for (const link of links) cookies.push(await joinAs(api, link));
  const readers = rows.map((_, i) =>
    answerOn(api, cookies[i]!, { given: given[i]!, stop: stop.signal, seed: seed + i }),
  );
  const confirmed = () => given.reduce((sum, labels) => sum + labels.length, 0);
  const random = randomStream(seed, 'kills');
  for (let kill = 1; kill <= kills; kill++) {
    const before = confirmed();
    while (confirmed() === before) await pause(5);
    await pause(random.uniform(0, 300));
    await killServer(server);
    onKill?.(kill);
    server = await startServer(folder, port, url);
  }
  stop.abort();
  await Promise.all(readers);
  await killServer(server);

  open = await openDatabase({ url, folder: database });
  await closeStudy(open.database, study);
  const reads = await readsOf(open.database, study); // checks every chain
  await open.close();
  await rm(folder, { recursive: true });
  return compare(
    rows.map(({ name }) => name),
    given,
    reads,
    kills,
  );
}

function compare(
  names: readonly string[],
  given: readonly (readonly string[])[],
  reads: Awaited<ReturnType<typeof readsOf>>,
  kills: number,
): KillResult {
  let lost = 0;
  let surplus = 0;
  names.forEach((name, i) => {
    const kept = reads.filter((read) => read.reader === name);
    given[i]!.forEach((label, position) => {
      const read = kept[position];
      if (read?.label !== label || read.order !== position + 1) lost++;
    });
    // the reader that was stopped may have sent one more answer whose confirmation it did not wait for
    surplus += Math.max(0, kept.length - given[i]!.length - 1);
  });
  const confirmed = given.reduce((sum, labels) => sum + labels.length, 0);
  return { kills, confirmed, lost, surplus };
}

async function joinAs(api: string, token: string): Promise<string> {
  const response = await fetch(`${api}/join`, {
    method: 'POST',
    headers: { 'x-reading-room': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** One reader's browser: it sends an answer until it is confirmed, then the next. */
async function answerOn(
  api: string,
  cookie: string,
  options: { readonly given: string[]; readonly stop: AbortSignal; readonly seed: number },
): Promise<void> {
  const { given, stop, seed } = options;
  const random = randomStream(seed, 'answers');
  const ask = async (path: string, body?: unknown): Promise<Response | undefined> => {
    while (!stop.aborted) {
      try {
        const response = await fetch(`${api}${path}`, {
          headers: { cookie, 'x-reading-room': '1', 'content-type': 'application/json' },
          ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (response.status < 500) return new Response(text, response);
      } catch {
        await pause(20); // the server is dead: try again, as the page does
      }
    }
    return undefined;
  };
  let state = (await (await ask('/reader/begin', { session: 1 }))?.json()) as ReaderState;
  while (state && 'slot' in state && state.state === 'reading') {
    await pause(random.uniform(0, 20));
    const label = LABELS[random.integer(3)]!;
    const reply = await ask('/reader/answer', {
      session: 1,
      position: state.slot.position,
      pictureId: state.slot.pictures[0]!.id,
      label,
      visibleMs: 1,
    });
    if (!reply) return;
    if (!reply.ok) throw new Error(await reply.text());
    given.push(label);
    state = (await reply.json()) as ReaderState;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
