import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { decodeByOpenJpeg } from '../src/openjpeg.ts';
import { encodeJpeg2000 } from './jpeg2000-encoder.ts';

const size = { height: 4, width: 5 };
const samples = Uint16Array.from({ length: 20 }, (_, index) => index * 3001);
const bytes = encodeJpeg2000({ ...size, samples });

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

  test('where it cannot be loaded it says so, and tries again for the next image', async () => {
    vi.resetModules();
    onTestFinished(() => void vi.resetModules()); // for the tests of other files
    vi.spyOn(WebAssembly, 'compile').mockRejectedValueOnce(new Error('not allowed'));
    const { decodeByOpenJpeg: decode } = await import('../src/openjpeg.ts');
    expect(await decode({ bytes, ...size })).toEqual({ failure: 'the decoder cannot be loaded' });
    expect(await decode({ bytes, ...size })).toEqual({ samples, precision: 16 });
  });
});
