import { readFile } from 'node:fs/promises';
import type { ManifestRow } from '@mammo/mammo-io';
import type { Operation } from '../../src/index.ts';

/** What images do to whoever reads them, by their identifiers. */
export interface MeanSettings {
  /** Ends the process. */
  readonly deadly?: readonly string[];
  /** Asks for more memory than there is. */
  readonly greedy?: readonly string[];
  /** Throws. */
  readonly failing?: readonly string[];
  /** Never comes to an end. */
  readonly endless?: readonly string[];
  /** Time for an image. */
  readonly delayMs?: number;
}

/** The mean of a file's bytes: a model that starts and runs in no time. */
export async function open(settings: MeanSettings): Promise<Operation> {
  const { deadly = [], greedy = [], failing = [], endless = [], delayMs = 0 } = settings;
  const record = async ({ imageId, path }: ManifestRow) => {
    if (deadly.includes(imageId)) process.kill(process.pid, 'SIGKILL');
    if (greedy.includes(imageId)) new ArrayBuffer(Number.MAX_SAFE_INTEGER);
    if (failing.includes(imageId)) throw new Error(`${imageId} cannot be worked on`);
    if (endless.includes(imageId)) for (;;);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const bytes = await readFile(path);
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    return { record: { caseId: imageId, score: sum / bytes.length / 255 } };
  };
  return {
    run: async (images) => {
      const outcomes = [];
      for (const image of images) outcomes.push(await record(image));
      return outcomes;
    },
    close: () => undefined,
  };
}
