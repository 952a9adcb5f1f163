import { readFileSync, writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';

/** Writes a WebAssembly file, deflated, into src/openjpeg-binary.ts: `tsx codecs/openjpeg/embed.ts openjpeg.wasm`. */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('embed: the WebAssembly file must be named');
const licence = readFileSync(new URL('LICENSE', import.meta.url), 'utf8').trim();
const base64 = deflateRawSync(readFileSync(path), { level: 9 }).toString('base64');
writeFileSync(
  new URL('../../src/openjpeg-binary.ts', import.meta.url),
  `/*! OpenJPEG 2.5.4\n${licence.replace(/^/gm, ' * ').replace(/ +$/gm, '')}\n */

/** OpenJPEG as WebAssembly, deflated, in base64; made by codecs/openjpeg/embed.ts. */
export const OPENJPEG_BINARY: string =
  '${base64}';
`,
);
