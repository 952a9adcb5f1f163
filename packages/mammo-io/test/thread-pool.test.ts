import { describe, expect, test } from 'vitest';
import { mapInThreads } from '../src/thread-pool.ts';

const script = new URL('file:///no/such/worker.js');

function count(to: number, pulled: number[]): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (let task = 0; task < to; task++) {
        pulled.push(task);
        yield task;
      }
    },
  };
}

describe('mapInThreads', () => {
  test('begins no more tasks than it may, and yields in order whatever takes longest', async () => {
    const pulled: number[] = [];
    const taken: number[] = [];
    const run = async (task: number) => {
      await new Promise((resolve) => setTimeout(resolve, task % 3));
      return task * task;
    };
    const options = { script, run, threads: 0, prefetch: 3 };
    for await (const outcome of mapInThreads(count(10, pulled), options)) {
      taken.push('result' in outcome ? outcome.result : -1);
      expect(pulled.length).toBeLessThanOrEqual(taken.length + 3);
    }
    expect(taken).toEqual(Array.from({ length: 10 }, (_, i) => i * i));
  });

  test('gives failures as outcomes and goes on', async () => {
    const run = async (task: number) => {
      if (task === 1) throw new Error('one');
      return task;
    };
    const outcomes: unknown[] = [];
    for await (const outcome of mapInThreads([0, 1, 2], { script, run, threads: 0, prefetch: 2 })) {
      outcomes.push('result' in outcome ? outcome.result : outcome.error.message);
    }
    expect(outcomes).toEqual([0, 'one', 2]);
  });

  test('a thread that cannot start fails its tasks instead of waiting for ever', async () => {
    const run = async () => 0;
    const errors: string[] = [];
    for await (const outcome of mapInThreads([1, 2, 3], { script, run, threads: 2, prefetch: 2 })) {
      if ('error' in outcome) errors.push(outcome.error.message);
    }
    expect(errors).toHaveLength(3);
    expect(errors[0]).toMatch(/Cannot find module/);
  });

  test('throws the reason of a signal that has aborted already', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    const options = { script, run: async () => 0, threads: 0, prefetch: 1, signal };
    await expect(mapInThreads([1], options).next()).rejects.toThrow('too late');
  });
});
