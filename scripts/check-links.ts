import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Follows every link and picture of a built site from file to file, anchors included: `tsx scripts/check-links.ts FOLDER`.
 * Addresses of other sites are not asked for.
 */
const site = resolve(process.argv[2] ?? '');
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.html'),
);
const anchors = new Map<string, ReadonlySet<string>>();
const problems: string[] = [];
let followed = 0;
for (const page of pages) {
  const from = join(site, page);
  for (const link of linksOf(from)) {
    followed += 1;
    const problem = follow(link, from);
    if (problem !== '') problems.push(`${page}: ${link}: ${problem}`);
  }
}
process.stdout.write(`${pages.length} pages, ${followed} links, ${problems.length} dead\n`);
process.stdout.write(
  problems
    .slice(0, 50)
    .map((problem) => `${problem}\n`)
    .join(''),
);
process.exitCode = problems.length === 0 ? 0 : 1;

function linksOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const links = [...text.matchAll(/<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)];
  return links
    .map(([, link = '']) => link.replaceAll('&amp;', '&'))
    .filter((link) => link !== '' && !/^([a-z]+:|\/\/)/i.test(link));
}

function follow(link: string, from: string): string {
  const [path = '', anchor = ''] = link.split('#');
  const bare = decodeURIComponent(path.split('?')[0] ?? '');
  const start = bare.startsWith('/') ? join(site, bare) : resolve(dirname(from), bare);
  const target = [bare === '' ? from : start, `${start}.html`, join(start, 'index.html')].find(
    (file) => existsSync(file) && statSync(file).isFile(),
  );
  if (target === undefined) return 'no such file';
  if (anchor === '' || !target.endsWith('.html')) return '';
  return anchorsOf(target).has(decodeURIComponent(anchor))
    ? ''
    : `no such anchor in ${relative(site, target)}`;
}

function anchorsOf(file: string): ReadonlySet<string> {
  const known = anchors.get(file);
  if (known !== undefined) return known;
  const ids = readFileSync(file, 'utf8').matchAll(/\s(?:id|name)="([^"]*)"/g);
  const found = new Set([...ids].map(([, id = '']) => id));
  anchors.set(file, found);
  return found;
}
