import { defineConfig } from 'tsup';
import { libraryBuild } from '../../tsup.base.ts';

export default defineConfig({
  ...libraryBuild,
  entry: {
    index: 'src/index.ts',
    formats: 'src/formats/index.ts',
    models: 'src/models/index.ts',
    report: 'src/report/index.ts',
    cli: 'src/cli.ts',
  },
  splitting: true, // one ReadsError and one set of modules for all entries
});
