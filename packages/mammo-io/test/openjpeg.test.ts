import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { decodeByOpenJpeg } from '../src/openjpeg.ts';
import { OPENJPEG_BINARY } from '../src/openjpeg-binary.ts';
import { encodeJpeg2000 } from './jpeg2000-encoder.ts';

const size = { height: 4, width: 5 };
const samples = Uint16Array.from({ length: 20 }, (_, index) => index * 3001);
const bytes = encodeJpeg2000({ ...size, samples });

test('the embedded binary is the one that codecs/openjpeg/README.md describes', () => {
  const wasm = inflateRawSync(Buffer.from(OPENJPEG_BINARY, 'base64'));
  const readme = readFileSync(new URL('../codecs/openjpeg/README.md', import.meta.url), 'utf8');
  const stated = /sha256 of `openjpeg.wasm`: `([0-9a-f]{64})`/.exec(readme)?.[1];
  expect(createHash('sha256').update(wasm).digest('hex')).toBe(stated);
});

describe('decodeByOpenJpeg', () => {
  test('gives the samples and their bits', async () => {
    expect(await decodeByOpenJpeg({ bytes, ...size })).toEqual({ samples, precision: 16 });
  });

  test('decodes many images at once', async () => {
    const images = await Promise.all(
      Array.from({ length: 8 }, () => decodeByOpenJpeg({ bytes, ...size })),
    );
    for (const image of images) expect(image).toEqual({ samples, precision: 16 });
  });

  test('says what OpenJPEG says of a damaged stream', async () => {
    const damaged = bytes.slice();
    damaged[damaged.indexOf(0x52) + 4] = 9;
    expect(await decodeByOpenJpeg({ bytes: damaged, ...size })).toEqual({
      failure: 'Unknown progression order in COD marker',
    });
  });

  test('an image of another size is none', async () => {
    const result = await decodeByOpenJpeg({ bytes, height: 5, width: 4 });
    expect(result).toEqual({ failure: 'the decoder stopped' });
  });

  test('where there is no WebAssembly it says so', async () => {
    vi.resetModules();
    vi.spyOn(WebAssembly, 'compile').mockRejectedValueOnce(new Error('not allowed'));
    const { decodeByOpenJpeg: decode } = await import('../src/openjpeg.ts');
    expect(await decode({ bytes, ...size })).toEqual({ failure: 'the decoder cannot be loaded' });
  });
});
