import { nodeBuffer } from './node-builtins.ts';

/** Whether typed arrays have the least significant byte first here. */
export const HOST_IS_LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Exchanges the bytes of 16-bit words where they lie: by Node's Buffer if there is one, else two words at a time. */
export function swapWordBytes(words: Uint16Array): void {
  const { buffer, byteOffset, byteLength } = words;
  const buffers = nodeBuffer();
  if (buffers === undefined) swapPairs(words);
  else buffers.from(buffer, byteOffset, byteLength).swap16();
}

function swapPairs(words: Uint16Array): void {
  const first = words.byteOffset % 4 === 0 ? 0 : 1;
  const pairs = Math.max(0, (words.length - first) >> 1);
  const view = new Uint32Array(words.buffer, words.byteOffset + first * 2, pairs);
  for (let index = 0; index < pairs; index++) {
    const pair = view[index]!;
    view[index] = ((pair & 0xff00ff) << 8) | ((pair >>> 8) & 0xff00ff);
  }
  for (const index of first === 0 ? [pairs * 2] : [0, pairs * 2 + 1]) {
    const word = words[index];
    if (word !== undefined) words[index] = (word << 8) | (word >> 8);
  }
}
