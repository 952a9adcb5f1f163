import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';

/** The codecs' glue asks Node for files, which it never needs: their WebAssembly is embedded. */
const noFiles = fileURLToPath(new URL('codecs/no-files.cjs', import.meta.url));

export default defineConfig({
  ...libraryBuild,
  entry: ['src/index.ts', 'src/tensors.ts', 'src/node.ts', 'src/cli.ts', 'src/file-worker.ts'],
  shims: true, // import.meta.url, from which threads are found, in the CommonJS build
  splitting: true, // one ManifestError and one set of modules for all entries
  noExternal: [/^@cornerstonejs\//],
  esbuildOptions(options, { format }) {
    options.alias = { fs: noFiles, path: noFiles };
    if (format !== 'esm') return;
    options.inject = []; // the shims of ES modules need Node's modules
    options.define = { ...options.define, __dirname: '""', __filename: 'undefined' };
  },
});
