import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { CHARLS_BINARY } from '../src/charls-binary.ts';
import { unpackBinary } from '../src/embedded-binary.ts';
import { OPENJPEG_BINARY } from '../src/openjpeg-binary.ts';
import { OPENJPH_BINARY } from '../src/openjph-binary.ts';

const { resolve } = createRequire(import.meta.url);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test.each([
  ['CharLS', CHARLS_BINARY, '@cornerstonejs/codec-charls/decodewasm'],
  ['OpenJPH', OPENJPH_BINARY, '@cornerstonejs/codec-openjph/wasm'],
])('%s is embedded as it is in its package', async (_, binary, path) => {
  expect(sha256(await unpackBinary(binary))).toBe(sha256(readFileSync(resolve(path))));
});

test('OpenJPEG is embedded as codecs/openjpeg/README.md describes it', async () => {
  const readme = readFileSync(new URL('../codecs/openjpeg/README.md', import.meta.url), 'utf8');
  const stated = /sha256 of `openjpeg.wasm`: `([0-9a-f]{64})`/.exec(readme)?.[1];
  expect(sha256(await unpackBinary(OPENJPEG_BINARY))).toBe(stated);
});
