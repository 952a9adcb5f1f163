import type { RandomKey, RandomStream } from '../random.ts';

/** The random numbers of one view, by concept. */
export type ViewStreams = (concept: string, ...keys: RandomKey[]) => RandomStream;
