import { writeWhole as write } from '@mammo/command-line/write-whole';

/** What a file is called until it is whole. */
export const UNFINISHED = '.unfinished';

/** Writes a file whole or not at all, whatever happens to the process; its folder is made. */
export function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  return write(path, content, { ending: UNFINISHED });
}
