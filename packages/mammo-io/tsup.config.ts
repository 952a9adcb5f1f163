import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';
import { bundleCodecs } from './codecs/bundle-codecs.ts';

export default defineConfig({
  ...libraryBuild,
  ...bundleCodecs,
  entry: ['src/index.ts', 'src/tensors.ts', 'src/node.ts', 'src/cli.ts', 'src/file-worker.ts'],
  shims: true, // import.meta.url, from which threads are found, in the CommonJS build
  splitting: true, // one ManifestError and one set of modules for all entries
});
