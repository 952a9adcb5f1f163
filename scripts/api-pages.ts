import { readPublicNames } from './documented-entries.ts';

/** Writes the reference of every public name: `tsx scripts/api-pages.ts FOLDER`. */
const folder = process.argv[2];
if (folder === undefined) throw new Error('api-pages: a folder must be given');
const { typedoc, project } = await readPublicNames();
await typedoc.generateDocs(project, folder);
