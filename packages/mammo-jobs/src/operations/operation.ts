import type { ManifestRow } from '@mammo/mammo-io';
import type { ImageOutcome } from '../chunks/chunk.ts';
import type { Store } from '../storage/store.ts';

/**
 * What is done to images. It must be a function of the images alone: the same ones give the same outcomes and the same files, bit
 * by bit, whichever process works on them and how often.
 */
export interface Operation {
  /** One outcome for each image, in their order. */
  run(images: readonly ManifestRow[], store: Store): Promise<readonly ImageOutcome[]>;
  /** Frees what `open` took; called once, after the last chunk. */
  close(): void;
}

/** A module that can be an operation: `open` is called once in each worker. */
export interface OperationModule {
  /** Takes the settings of an {@link OperationChoice}; its own type of them is its own business. */
  readonly open: (settings: never) => Promise<Operation>;
}

/** The operations of the command line. */
export type OperationName = 'score' | 'attack' | 'preprocess';

/** Which operation a job does. */
export interface OperationChoice {
  /** One of the command line's, or the URL of a module that exports `open`. */
  readonly name: OperationName | `file:${string}`;
  /** What `open` is given, as plain JSON. */
  readonly settings: unknown;
}

const BUILT_IN: Readonly<Record<OperationName, () => Promise<OperationModule>>> = {
  attack: () => import('./attack.ts'),
  preprocess: () => import('./preprocess.ts'),
  score: () => import('./score.ts'),
};

/** Whether `name` is an operation of the command line, the only ones that may come from a queue. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(BUILT_IN, name);
}

/** Loads and opens an operation in this process. */
export async function openOperation({ name, settings }: OperationChoice): Promise<Operation> {
  const loaded = isOperationName(name)
    ? await BUILT_IN[name]()
    : ((await import(name)) as OperationModule);
  return loaded.open(settings as never);
}
