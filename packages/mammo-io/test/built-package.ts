import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { bundleCodecs } from '../codecs/bundle-codecs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Builds the package's modules for Node as `npm run build` does, without types, and returns their folder. */
export async function buildPackage(name: string): Promise<string> {
  const outDir = `${root}node_modules/.built-for-tests/${name}`;
  await build({
    entry: ['src/node.ts', 'src/index.ts', 'src/cli.ts', 'src/file-worker.ts'].map(
      (file) => root + file,
    ),
    outDir,
    format: ['esm'],
    target: 'es2022',
    splitting: true,
    clean: true,
    config: false,
    silent: true,
    tsconfig: `${root}tsconfig.json`,
    ...bundleCodecs,
  });
  return outDir;
}
