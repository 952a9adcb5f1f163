import { join } from 'node:path';
import { buildApp } from '../server/app.ts';
import { openDatabase } from '../server/database/database.ts';
import { PictureFolder } from '../server/pictures.ts';

/** A server without a client, to be killed: `serve.ts FOLDER PORT`; DATABASE_URL as for the real one. */
const [folder = '', port = ''] = process.argv.slice(2);
const open = await openDatabase({
  url: process.env.DATABASE_URL,
  folder: join(folder, 'database'),
});
const pictures = new PictureFolder(join(folder, 'pictures'));
const app = await buildApp({ database: open.database, pictures, joinsPerMinute: 10_000 });
await app.listen({ host: '127.0.0.1', port: Number(port) });
process.stdout.write('ready\n');
