import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { EmptyProject } from './empty-project.ts';
import type { Budget } from './install-check.ts';

/** What vite bundles. */
interface BundleOptions extends Pick<Budget, 'program' | 'external'> {
  /** Whether WebAssembly is written into the script: a page that is opened as a file cannot fetch it. */
  readonly inline: boolean;
}

/** A program for a page, with everything that it imports: what vite makes of it, minified. */
export async function bundle(
  { folder }: EmptyProject,
  name: string,
  { program, external = [], inline }: BundleOptions,
): Promise<string> {
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
      assetsInlineLimit: inline ? 1e8 : 0,
      rollupOptions: {
        input: file,
        external: [...external],
        preserveEntrySignatures: 'exports-only',
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]) as { output: { code?: string }[] }[];
  return outputs.flatMap(({ output }) => output.map(({ code = '' }) => code)).join('');
}

/** What a bundle weighs, in kB gzipped. @throws Error if it is more than its budget */
export async function weigh(project: EmptyProject, budget: Budget): Promise<number> {
  const script = await bundle(project, 'weighed', { ...budget, inline: false });
  const kilobytes = gzipSync(script, { level: 9 }).length / 1000;
  if (kilobytes <= budget.kilobytes) return kilobytes;
  throw new Error(
    `${budget.what}: must weigh at most ${budget.kilobytes} kB gzipped, got ${kilobytes}`,
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
