import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type CommandContext,
  defineCommand,
  type ExitCode,
  integerOption,
  jsonText,
  type Program,
  requiredOption,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { lockFolder } from '@mammo/mammo-jobs';
import { buildApp } from './app.ts';
import { buildClient } from './build-client.ts';
import { listStudies } from './dashboard.ts';
import { type OpenDatabase, openDatabase } from './database/database.ts';
import { demoStudy } from './demo-study.ts';
import { folderSource } from './folder-source.ts';
import { PictureFolder } from './pictures.ts';
import { createStudy, type StudySource } from './studies.ts';
import { issueLink } from './visitors.ts';

const NAME = 'npm run reading-room --';
const FOLDER = { data: { type: 'string', default: 'reading-room-data' } } as const;
const ADDRESS = {
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '4173' },
} as const;
const JSON_RESULT = { json: { type: 'boolean' } } as const;
const ONE_FILE = { least: 1, most: 1, what: 'one file' };

const FOLDER_HELP =
  '  --data FOLDER  where pictures and the embedded database lie (default reading-room-data)';
const ADDRESS_HELP = `${FOLDER_HELP}
  --host HOST    address to listen on (default 127.0.0.1); 0.0.0.0 for a department, behind HTTPS
  --port N       port to listen on (default 4173)`;

const serve = defineCommand({
  name: 'serve',
  summary: 'start the reading room (this is the default)',
  help: `Usage: ${NAME} [serve] [options]

${ADDRESS_HELP}

Examples:
  npm run reading-room
  DATABASE_URL=postgres://room:secret@db.example/room ${NAME} --host 0.0.0.0
`,
  options: { ...FOLDER, ...ADDRESS },
  run: ({ values }, context) => openRoom(values, context),
});

const demo = defineCommand({
  name: 'demo',
  summary: 'start it with a small study of phantoms in it',
  help: `Usage: ${NAME} demo [options]

${ADDRESS_HELP}

Example:
  ${NAME} demo --port 8080
`,
  options: { ...FOLDER, ...ADDRESS },
  run: ({ values }, context) => openRoom(values, context, { isDemo: true }),
});

const create = defineCommand({
  name: 'create',
  summary: 'make a study of a folder, then start',
  help: `Usage: ${NAME} create --from FOLDER [options]

  --from FOLDER  one with plan.json and its images, or that of a finished npm run study; required
  --name NAME    the study's name (default: the folder's)
${ADDRESS_HELP}

Example:
  ${NAME} create --from study/small-seed1 --name "First study"
`,
  options: { ...FOLDER, ...ADDRESS, from: { type: 'string' }, name: { type: 'string' } },
  run: async ({ values }, context) => {
    const from = requiredOption('from', values.from, 'name a folder');
    return openRoom(values, context, { source: await folderSource(from, values.name) });
  },
});

const ownerLink = defineCommand({
  name: 'owner-link',
  summary: 'a new one-time link for the owner',
  help: `Usage: ${NAME} owner-link [options]

${ADDRESS_HELP}
  --json         { "link" }

Example:
  ${NAME} owner-link
`,
  options: { ...FOLDER, ...ADDRESS, ...JSON_RESULT },
  run: async ({ values }, { out }) => {
    const address = addressOf(values.host, portOf(values.port));
    const link = await inRoom(values.data, (open) => newOwnerLink(open, address));
    out(values.json ? jsonText({ link }) : `${link}\n`);
    return 0;
  },
});

const backup = defineCommand({
  name: 'backup',
  summary: 'write the embedded database to a file; copy the pictures folder beside it',
  help: `Usage: ${NAME} backup FILE [options]

${FOLDER_HELP}
  --json         { "file", "bytes" }

Example:
  ${NAME} backup room.tar.gz
`,
  options: { ...FOLDER, ...JSON_RESULT },
  positionals: ONE_FILE,
  run: async ({ values, positionals: [file = ''] }, { out }) => {
    const bytes = await inRoom(values.data, async ({ dump }) => {
      if (!dump) throw new UsageError('PostgreSQL servers are backed up by pg_dump');
      return new Uint8Array(await (await dump()).arrayBuffer());
    });
    await writeWhole(file, bytes);
    const written = { file, bytes: bytes.length };
    out(values.json ? jsonText(written) : `${file}: ${bytes.length} bytes\n`);
    return 0;
  },
});

const restore = defineCommand({
  name: 'restore',
  summary: 'begin a new data folder from such a file',
  help: `Usage: ${NAME} restore FILE [options]

${FOLDER_HELP}; there must be no database in it
  --json         { "folder" }

Example:
  ${NAME} restore room.tar.gz --data restored
`,
  options: { ...FOLDER, ...JSON_RESULT },
  positionals: ONE_FILE,
  run: async ({ values, positionals: [file = ''] }, { out }) => {
    const folder = join(resolve(values.data), 'database');
    await locked(values.data, async () => {
      if (existsSync(folder)) throw new UsageError(`${folder} must not exist yet`);
      const open = await openDatabase({ folder, restore: new Blob([await readFile(file)]) });
      await open.close();
    });
    out(values.json ? jsonText({ folder }) : `${folder}: restored\n`);
    return 0;
  },
});

/** The program of `npm run reading-room`. */
export const READING_ROOM: Program = {
  name: NAME,
  commands: [serve, demo, create, ownerLink, backup, restore],
  usual: 'serve',
  about: `DATABASE_URL      a PostgreSQL server to be used instead of the embedded database
READING_ROOM_URL  the address that browsers use, if a proxy is in between (https://…)
`,
};

/** What a room is opened with. */
interface Opening {
  /** A study to be created first. */
  readonly source?: StudySource;
  /** Draw a study of phantoms where there is none. */
  readonly isDemo?: boolean;
}

/** Serves the room until it is stopped. */
async function openRoom(
  { data, host, port }: { readonly data: string; readonly host: string; readonly port: string },
  { out, signal }: CommandContext,
  opening: Opening = {},
): Promise<ExitCode> {
  const wanted = { host, port: portOf(port) };
  const say = (text: string): void => out(`${text}\n`);
  return inRoom<ExitCode>(data, async (open) => {
    const { database } = open;
    const pictures = new PictureFolder(join(resolve(data), 'pictures'));
    if (opening.source !== undefined) {
      const { warnings } = await createStudy(database, pictures, opening.source);
      say(`Created: ${opening.source.name}`);
      for (const warning of warnings) say(`Warning: ${warning}`);
    }
    const client = await buildClient();
    if (opening.isDemo && (await listStudies(database)).length === 0) {
      say('Drawing a small study of phantoms …');
      await createStudy(database, pictures, demoStudy());
    }
    const publicUrl = process.env.READING_ROOM_URL;
    const secure = publicUrl?.startsWith('https:') ?? false;
    const app = await buildApp({ database, pictures, client, secure, log: true });
    await app.listen(wanted);
    const listening = app.server.address() as { port: number };
    const address = publicUrl ?? addressOf(host, listening.port);
    say(`The reading room is open, with ${open.kind}.`);
    say(`Owner, once: ${await newOwnerLink(open, address)}`);
    await new Promise<void>((stop) => {
      if (signal.aborted) stop();
      signal.addEventListener('abort', () => stop(), { once: true });
    });
    await app.close();
    return 0;
  });
}

/** Does something with the room's database, which no other process has open meanwhile. */
function inRoom<T>(data: string, work: (open: OpenDatabase) => Promise<T>): Promise<T> {
  return locked(data, async (folder) => {
    const url = process.env.DATABASE_URL;
    const open = await openDatabase({ url, folder: join(folder, 'database') });
    try {
      return await work(open);
    } finally {
      await open.close();
    }
  });
}

async function locked<T>(data: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = resolve(data);
  const unlock = await lockFolder(folder, 'reading-room.lock');
  try {
    return await work(folder);
  } finally {
    await unlock();
  }
}

function portOf(port: string): number {
  return integerOption('port', port, { from: 0, to: 65535 })!;
}

async function newOwnerLink({ database }: OpenDatabase, address: string): Promise<string> {
  return `${address.replace(/\/$/, '')}/#join=${await issueLink(database, null)}`;
}

function addressOf(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
}
