import { writePages } from './pages.ts';

/** Puts the figures that were kept into the pages: `npm run figures -w packages/mammo-jobs`. */
await writePages();
