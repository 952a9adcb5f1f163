import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import type { EmptyProject } from './empty-project.ts';
import type { Budget } from './install-check.ts';

/** What vite bundles. */
interface BundleOptions extends Pick<Budget, 'program' | 'external'> {
  /** Whether all is in one script, WebAssembly too: a page that is opened as a file cannot fetch. */
  readonly whole: boolean;
}

/** A program for a page with everything that it imports, minified: the script of all, or the chunks that vite makes. */
async function chunksOf(
  { folder }: EmptyProject,
  name: string,
  { program, external = [], whole }: BundleOptions,
): Promise<readonly Rollup.OutputChunk[]> {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, program);
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      assetsInlineLimit: whole ? 1e8 : 0,
      rollupOptions: {
        input: file,
        external: [...external],
        preserveEntrySignatures: 'exports-only',
        output: { format: 'es', ...(whole && { codeSplitting: false }) },
      },
    },
  });
  const { output } = (Array.isArray(built) ? built[0]! : built) as Rollup.RollupOutput;
  return output.filter((one): one is Rollup.OutputChunk => one.type === 'chunk');
}

/** A program for a page in one script. */
export async function bundle(
  project: EmptyProject,
  name: string,
  program: string,
): Promise<string> {
  const chunks = await chunksOf(project, name, { program, whole: true });
  return chunks.map(({ code }) => code).join('');
}

/**
 * What a page loads of a program before it asks for more: the entry and the chunks that it imports at once, in kB gzipped.
 *
 * @throws Error if it is more than its budget
 */
export async function weigh(project: EmptyProject, budget: Budget): Promise<number> {
  const chunks = await chunksOf(project, 'weighed', { ...budget, whole: false });
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const { imports } of loaded) {
    for (const name of imports) {
      const chunk = byName.get(name);
      if (chunk !== undefined) loaded.add(chunk);
    }
  }
  const bytes = [...loaded].reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  if (bytes <= 1000 * budget.kilobytes) return bytes / 1000;
  throw new Error(
    `${budget.what}: must weigh at most ${budget.kilobytes} kB gzipped, got ${bytes / 1000}`,
  );
}

/**
 * The text that a script leaves in the body of a page in headless Chromium; undefined where there is no browser. CHROMIUM names it.
 */
export function textOfPage({ folder }: EmptyProject, script: string): string | undefined {
  const file = join(folder, 'page.html');
  const inline = script.replaceAll('</script', '<\\/script');
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><body></body><script type="module">${inline}</script>`,
  );
  const options = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=20000'];
  try {
    const dom = execFileSync(
      process.env.CHROMIUM ?? 'chromium',
      [...options, '--dump-dom', `file://${file}`],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 28 },
    );
    return /<body>(.*?)<\/body>/s.exec(dom)?.[1]?.trim() ?? dom.slice(0, 500);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
