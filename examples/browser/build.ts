import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, preview } from 'vite';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

/** Bundles the page into a folder. */
export async function buildPage(outDir: string): Promise<void> {
  await build(configOf(outDir));
}

function configOf(outDir: string): InlineConfig {
  return {
    root: ROOT,
    base: './',
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@mammo/source', 'module', 'browser', 'production'] },
    build: { outDir, target: 'es2022', emptyOutDir: true, chunkSizeWarningLimit: 5000 },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage(`${ROOT}dist`);
  const server = await preview(configOf(`${ROOT}dist`));
  server.printUrls();
}
