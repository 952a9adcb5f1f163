import { describe, expect, test } from 'vitest';
import { BufferPool } from '../src/buffer-pool.ts';
import { Memory } from '../src/memory.ts';

const MEBIBYTE = 2 ** 20;

function giveBack(pool: BufferPool, arrays: readonly Float32Array[]): void {
  for (const data of arrays) pool.give(Memory.ofHost(data, true));
  pool.recycle(pool.takeWaiting());
}

describe('arrays that are used again', () => {
  test('are those of the same type and length, once the present graph has run', () => {
    const pool = new BufferPool(() => 0);
    const data = new Float32Array(2000);
    pool.give(Memory.ofHost(data, true));
    expect(pool.take('float32', 2000)).not.toBe(data);
    pool.recycle(pool.takeWaiting());
    expect(pool.take('int32', 2000)).not.toBe(data);
    expect(pool.take('float32', 1999)).not.toBe(data);
    expect(pool.take('float32', 2000)).toBe(data);
    expect(pool.take('float32', 2000)).not.toBe(data);
  });

  test('are never those that somebody outside may hold', () => {
    const pool = new BufferPool(() => 0);
    const data = new Float32Array(2000);
    pool.give(Memory.ofHost(data, false));
    pool.recycle(pool.takeWaiting());
    expect(pool.take('float32', 2000)).not.toBe(data);
  });

  // a step needs new arrays for all that it replaces and cannot write over before it gives the old ones back
  test.each([
    { heldMebibytes: 640, kept: 10 },
    { heldMebibytes: 0, kept: 2 }, // more than 512 MiB: all that were kept before are let go
  ])('are as many as the tensors hold: $heldMebibytes MiB', ({ heldMebibytes, kept }) => {
    const pool = new BufferPool(() => heldMebibytes * MEBIBYTE);
    const length = 16 * MEBIBYTE; // 64 MiB
    const arrays = Array.from({ length: 10 }, () => new Float32Array(length));
    giveBack(pool, arrays);
    const known = new Set<unknown>(arrays);
    const taken = arrays.map(() => pool.take('float32', length));
    expect(taken.filter((data) => known.has(data))).toHaveLength(kept);
  });
});
