import { describe, expect, test } from 'vitest';
import { runInThread, serveThread } from '../src/thread.ts';

const script = new URL('./threads/boot.mjs', import.meta.url);
interface Input {
  square: number;
  steps: number;
  mode?: 'fail' | 'deaf' | 'reporting';
}
const train = (input: Input, options: Parameters<typeof runInThread>[2] = {}) =>
  runInThread<Input, number>(script, input, options);

describe('a training in a thread', () => {
  test('reports in order, returns its result, and leaves this thread free', async () => {
    const steps: number[] = [];
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    const root = await train(
      { square: 49, steps: 20 },
      { onReport: (report) => steps.push((report as { step: number }).step) },
    );
    clearInterval(ticking);
    expect(root).toBeCloseTo(7, 5);
    expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(ticks).toBeGreaterThan(3);
  });

  test('throws what the training threw', async () => {
    await expect(train({ square: 4, steps: 1, mode: 'fail' })).rejects.toMatchObject({
      name: 'RangeError',
      message: 'train: steps must be few',
    });
  });

  test.each([undefined, 'reporting', 'deaf'] as const)(
    'is waited for no longer when its signal aborts, %s',
    async (mode) => {
      const aborting = new AbortController();
      const endless = train(
        { square: 4, steps: 1e9, ...(mode === undefined ? {} : { mode }) },
        {
          signal: aborting.signal,
          graceMs: 200,
          onReport: () => aborting.abort(new Error('enough')),
        },
      );
      await expect(endless).rejects.toThrow('enough');
    },
  );

  test('is not begun when the signal has aborted before', async () => {
    const reason = new Error('too late');
    await expect(
      train({ square: 4, steps: 1 }, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  test('that ends without an answer is an error', async () => {
    const silent = new URL('data:text/javascript,process.exit(3)');
    await expect(runInThread(silent, {})).rejects.toThrow(
      'runInThread: the thread ended without an answer, with code 3',
    );
  });

  test('is served in worker threads only', async () => {
    await expect(serveThread(async () => 1)).rejects.toThrow(
      'serveThread: must be called in a worker thread',
    );
  });
});
