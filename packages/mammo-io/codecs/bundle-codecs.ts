import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';

/** The codecs' glue asks Node for files, which it never needs: their WebAssembly is embedded. */
const noFiles = fileURLToPath(new URL('no-files.cjs', import.meta.url));

/** How tsup puts the glue of the codecs into the package, so that no bundler meets Node's modules in it. */
export const bundleCodecs: Pick<Options, 'noExternal' | 'esbuildOptions'> = {
  noExternal: [/^@cornerstonejs\//],
  esbuildOptions(options, { format }) {
    options.alias = { fs: noFiles, path: noFiles };
    if (format !== 'esm') return;
    options.inject = []; // the shims of ES modules need Node's modules
    options.define = { ...options.define, __dirname: '""', __filename: 'undefined' };
  },
};
