import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

/** Vitest's global setup: starts Debian's PostgreSQL on a free port with a temporary data folder, where it is installed. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  const version = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort().at(-1) : undefined;
  if (!version) {
    process.stderr.write('reading room: PostgreSQL is not installed; its tests are skipped\n');
    return undefined;
  }
  const tool = (name: string) => join(VERSIONS, version, 'bin', name);
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  const isRoot = process.getuid?.() === 0; // PostgreSQL refuses to run as root
  const as = (name: string, args: readonly string[]) =>
    isRoot
      ? run('runuser', ['-u', 'postgres', '--', tool(name), ...args])
      : run(tool(name), [...args]);
  if (isRoot) {
    const { stdout } = await run('id', ['-u', 'postgres']);
    await chown(folder, Number(stdout), -1);
  }
  const data = join(folder, 'data');
  const port = await freePort();
  await as('initdb', ['-D', data, '-A', 'trust', '-U', 'room', '--no-sync']);
  const server = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`;
  await as('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', server, 'start']);
  process.env.ROOM_TEST_POSTGRES = `postgres://room@127.0.0.1:${port}/postgres`;
  return async () => {
    await as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
    await rm(folder, { recursive: true, force: true });
  };
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
