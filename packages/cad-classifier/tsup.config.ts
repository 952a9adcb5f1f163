import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';

export default defineConfig({
  ...libraryBuild,
  entry: ['src/index.ts', 'src/cli.ts'],
  splitting: true, // the command line runs on the library's modules
});
