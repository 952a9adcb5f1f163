import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';

export default defineConfig({
  ...libraryBuild,
  entry: ['src/index.ts', 'src/tensors.ts', 'src/node.ts'],
  splitting: true, // one ManifestError and one set of modules for all entries
});
