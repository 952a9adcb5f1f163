import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import MiniSearch from 'minisearch';

/**
 * Searches a built site as its pages do, by the index that lies in it, and looks for anything that a page would ask of another
 * site: `tsx scripts/check-search.ts FOLDER WORD...`. Exit code 1 if a word is not found, or a page is not whole by itself.
 */
const [folder = '', ...words] = process.argv.slice(2);
const site = resolve(folder);
const chunks = join(site, 'assets/chunks');
const index = readdirSync(chunks).find((name) => name.startsWith('@localSearchIndex'));
if (index === undefined) throw new Error(`check-search: ${chunks} must have an index, got none`);
const { default: json } = (await import(pathToFileURL(join(chunks, index)).href)) as {
  readonly default: string;
};
const search = MiniSearch.loadJSON(json, {
  fields: ['title', 'titles', 'text'],
  storeFields: ['title', 'titles'],
});
const problems = words.flatMap((word) => {
  const [best] = search.search(word, { prefix: true });
  if (best === undefined) return [`${word}: found nowhere`];
  process.stdout.write(`${word}: ${best.id}\n`);
  return [];
});
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' });
for (const page of pages.filter((name) => /\.(html|css)$/.test(name))) {
  const text = readFileSync(join(site, page), 'utf8');
  const asked = /(?:src="|<link[^>]*href="|url\(["']?)(https?:\/\/[^"')]+)/.exec(text);
  if (asked) problems.push(`${page}: asks for ${asked[1]}`);
}
process.stdout.write(problems.map((problem) => `${problem}\n`).join(''));
process.exitCode = problems.length > 0 ? 1 : 0;
