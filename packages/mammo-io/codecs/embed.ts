import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { deflateRawSync } from 'node:zlib';

/**
 * Writes the codecs' WebAssembly files, deflated, into modules of src/, so that no bundler has to find them.
 *
 *   npm run embed -w packages/mammo-io                                   # CharLS and OpenJPH, from the packages that are installed
 *   npm run embed -w packages/mammo-io -- --openjpeg openjpeg.wasm       # as well as what openjpeg/build.sh made
 */
const { values: options } = parseArgs({ options: { openjpeg: { type: 'string' } } });
const { resolve } = createRequire(import.meta.url);

embed('charls', 'CharLS', resolve('@cornerstonejs/codec-charls/decodewasm'));
embed('openjph', 'OpenJPH', resolve('@cornerstonejs/codec-openjph/wasm'));
if (options.openjpeg !== undefined) embed('openjpeg', 'OpenJPEG 2.5.4', options.openjpeg);

function embed(codec: string, name: string, path: string): void {
  const licence = readFileSync(new URL(`${codec}/LICENSE`, import.meta.url), 'utf8').trim();
  const base64 = deflateRawSync(readFileSync(path), { level: 9 }).toString('base64');
  writeFileSync(
    new URL(`../src/${codec}-binary.ts`, import.meta.url),
    `/*! ${name}
${licence.replace(/^/gm, ' * ').replace(/ +$/gm, '')}
 */

/** WebAssembly, deflated, in base64; made by codecs/embed.ts. */
export const ${codec.toUpperCase()}_BINARY: string =
  '${base64}';
`,
  );
}
