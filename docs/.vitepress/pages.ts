import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** Which Markdown files are pages, and where they are in the site; VitePress's patterns. */
export const PAGES: Readonly<Record<string, string>> = {
  'docs/:page.md': ':page.md',
  'packages/:name/README.md': 'packages/:name.md',
  'packages/:name/bench/:page.md': 'packages/:name/bench/:page.md',
  'packages/:name/simulations/README.md': 'packages/:name/simulations.md',
  'examples/README.md': 'examples/index.md',
  'examples/reading-room/README.md': 'examples/reading-room.md',
  'CONTRIBUTING.md': 'contributing.md',
  'CODE_OF_CONDUCT.md': 'code-of-conduct.md',
  'SECURITY.md': 'security.md',
};

const PATTERNS = Object.entries(PAGES).map(([from, to]) => ({
  from: new RegExp(`^${from.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  to,
}));

/** A file's page in the site, without `.md`; undefined if it is none. */
function pageOf(file: string): string | undefined {
  for (const { from, to } of PATTERNS) {
    const groups = from.exec(file)?.groups ?? (from.test(file) ? {} : undefined);
    if (groups === undefined) continue;
    return to.replace(/:(\w+)/g, (_, name: string) => groups[name] ?? '').slice(0, -3);
  }
  return undefined;
}

/**
 * Where a relative link of a Markdown file leads in the site: to a page, or to a copy of the file under `source/`.
 * @throws Error if nothing is there
 */
export function siteLink(href: string, from: string): { href: string; copied?: string } {
  const [path = '', anchor] = href.split('#');
  const absolute = resolve(dirname(from), decodeURIComponent(path));
  let file = relative(ROOT, absolute);
  if (file === '') return { href: '/' };
  if (!existsSync(absolute)) {
    throw new Error(`${relative(ROOT, from)}: a link must lead somewhere, got ${href}`);
  }
  if (statSync(absolute).isDirectory()) file = join(file, 'README.md');
  if (file === 'README.md') return { href: '/' };
  const page = pageOf(file);
  if (page !== undefined) {
    const bare = page.replace(/(^|\/)index$/, '$1');
    return { href: `/${bare}${anchor === undefined ? '' : `#${anchor}`}` };
  }
  if (!existsSync(join(ROOT, file))) return { href: '/examples/' }; // a folder without a page of its own
  return { href: `/source/${file}.txt`, copied: file };
}
