import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';

export default defineConfig({
  ...libraryBuild,
  entry: ['src/index.ts', 'src/cli.ts', 'src/child.ts'],
  shims: true, // import.meta.url, from which the child's program is found, in the CommonJS build
  splitting: true,
});
