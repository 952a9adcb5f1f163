import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockFolder } from '@mammo/mammo-jobs';
import { buildApp } from './app.ts';
import { buildClient } from './build-client.ts';
import { listStudies } from './dashboard.ts';
import { type OpenDatabase, openDatabase } from './database/database.ts';
import { demoStudy } from './demo-study.ts';
import { folderSource } from './folder-source.ts';
import { type Options, readOptions, USAGE, UsageError } from './options.ts';
import { PictureFolder } from './pictures.ts';
import { createStudy } from './studies.ts';
import { issueLink } from './visitors.ts';

/** Runs the command line: see options.ts. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  const data = resolve(options.data);
  const unlock = await lockFolder(data, 'reading-room.lock');
  try {
    await run(options, data);
  } finally {
    await unlock();
  }
}

async function run(options: Options, data: string): Promise<void> {
  const folder = join(data, 'database');
  const url = process.env.DATABASE_URL;
  if (options.command === 'restore') return restore(options.file!, folder);
  const open = await openDatabase({ url, folder });
  try {
    switch (options.command) {
      case 'owner-link':
        return say(await ownerLink(open, addressOf(options.host, options.port)));
      case 'backup':
        return await backup(open, options.file!);
      case 'create':
      case 'demo':
      case 'serve':
        return await serve(options, open, data);
      default:
        throw new UsageError(`unknown command ${options.command satisfies never}`);
    }
  } finally {
    await open.close();
  }
}

async function serve(options: Options, open: OpenDatabase, data: string): Promise<void> {
  const { database } = open;
  const pictures = new PictureFolder(join(data, 'pictures'));
  if (options.from !== undefined) {
    const source = await folderSource(options.from, options.name);
    const { warnings } = await createStudy(database, pictures, source);
    say(`Created: ${source.name}`);
    for (const warning of warnings) say(`Warning: ${warning}`);
  }
  const client = await buildClient();
  if (options.command === 'demo' && (await listStudies(database)).length === 0) {
    say('Drawing a small study of phantoms …');
    await createStudy(database, pictures, demoStudy());
  }
  const publicUrl = process.env.READING_ROOM_URL;
  const secure = publicUrl?.startsWith('https:') ?? false;
  const app = await buildApp({ database, pictures, client, secure, log: true });
  await app.listen({ host: options.host, port: options.port });
  const { port } = app.server.address() as { port: number };
  const address = publicUrl ?? addressOf(options.host, port);
  say(`The reading room is open, with ${open.kind}.`);
  say(`Owner, once: ${await ownerLink(open, address)}`);
  await new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  await app.close();
}

async function ownerLink({ database }: OpenDatabase, address: string): Promise<string> {
  return `${address.replace(/\/$/, '')}/#join=${await issueLink(database, null)}`;
}

function addressOf(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
}

async function backup({ dump }: OpenDatabase, file: string): Promise<void> {
  if (!dump) throw new UsageError('backup: PostgreSQL servers are backed up by pg_dump');
  const bytes = Buffer.from(await (await dump()).arrayBuffer());
  await writeFile(`${file}.part`, bytes, { flush: true });
  await rename(`${file}.part`, file);
  say(`${file}: ${bytes.length} bytes`);
}

async function restore(file: string, folder: string): Promise<void> {
  if (existsSync(folder)) throw new UsageError(`restore: ${folder} must not exist yet`);
  const open = await openDatabase({ folder, restore: new Blob([await readFile(file)]) });
  await open.close();
  say(`${folder}: restored`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  const wrongUse = ['UsageError', 'FolderLockedError'].includes((error as Error)?.name);
  process.stderr.write(`${(error as Error)?.message ?? error}\n`);
  process.exitCode = wrongUse ? 2 : 1;
});
