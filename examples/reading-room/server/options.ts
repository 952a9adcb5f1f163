import { parseArgs } from 'node:util';

/** What the program was asked to do. */
export interface Options {
  readonly command: (typeof COMMANDS)[number];
  /** Folder of pictures and, without DATABASE_URL, of the embedded database. */
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** The file of a backup. */
  readonly file: string | undefined;
  /** The folder of a study to be created. */
  readonly from: string | undefined;
  /** The name of that study. */
  readonly name: string | undefined;
  readonly help: boolean;
}

export const USAGE = `npm run reading-room -- [COMMAND] [OPTIONS]

  serve             start the reading room (this is the default)
  demo              start it with a small study of phantoms in it
  create            make a study of a folder (--from), then start
  owner-link        print a new one-time link for the owner
  backup FILE       write the embedded database to FILE (.tar.gz); copy the pictures folder beside it
  restore FILE      begin a new data folder from such a file

  --from DIR        create: a folder with plan.json and its images, or that of a finished npm run study
  --name NAME       create: the study's name (that of the folder)
  --data DIR        where pictures and the embedded database lie (reading-room-data)
  --host HOST       address to listen on (127.0.0.1); 0.0.0.0 for a department, behind HTTPS
  --port N          port to listen on (4173)
  --help            this text

  DATABASE_URL      a PostgreSQL server to be used instead of the embedded database
  READING_ROOM_URL  the address that browsers use, if a proxy is in between (https://…)

examples
  npm run reading-room
  npm run reading-room -- demo --port 8080
  npm run reading-room -- create --from runs/small --name "First study"
  DATABASE_URL=postgres://room:secret@db.example/room npm run reading-room -- --host 0.0.0.0
`;

const COMMANDS = ['serve', 'demo', 'create', 'owner-link', 'backup', 'restore'] as const;

/** Wrong usage: what must hold, got what. */
export class UsageError extends Error {}

/** Reads the command line. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const command = positionals[0] ?? 'serve';
  if (!(COMMANDS as readonly string[]).includes(command)) {
    throw new UsageError(`command: must be one of ${COMMANDS.join(', ')}, got ${command}`);
  }
  const port = Number(values.port ?? 4173);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UsageError(`--port: must be a whole number from 0 to 65535, got ${values.port}`);
  }
  const file = positionals[1];
  checkBelonging({ command, file, from: values.from, name: values.name });
  return {
    command: command as Options['command'],
    data: values.data ?? 'reading-room-data',
    host: values.host ?? '127.0.0.1',
    port,
    file,
    from: values.from,
    name: values.name,
    help: values.help ?? false,
  };
}

/** Every command has what it needs, and nothing that belongs to another. */
function checkBelonging(given: {
  readonly command: string;
  readonly file: string | undefined;
  readonly from: string | undefined;
  readonly name: string | undefined;
}): void {
  const { command, file, from, name } = given;
  if ((command === 'backup' || command === 'restore') !== (file !== undefined)) {
    throw new UsageError(`${command}: ${file ? `takes no file, got ${file}` : 'must name a file'}`);
  }
  if (command === 'create') {
    if (from === undefined) throw new UsageError('create: must be told a folder, --from DIR');
    return;
  }
  if (from !== undefined) throw new UsageError(`--from: is for create, got ${command}`);
  if (name !== undefined) throw new UsageError(`--name: is for create, got ${command}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        from: { type: 'string' },
        name: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
