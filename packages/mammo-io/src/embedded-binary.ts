import { inflateRaw } from './dicom/inflate.ts';

/** The bytes of a WebAssembly file that codecs/embed.ts put into a module. */
export async function unpackBinary(embedded: string): Promise<Uint8Array<ArrayBuffer>> {
  const deflated = Uint8Array.from(atob(embedded), (character) => character.charCodeAt(0));
  return (await inflateRaw(deflated)) as Uint8Array<ArrayBuffer>;
}
