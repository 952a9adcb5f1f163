import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureDistance } from '../src/features/feature-distance.ts';
import { momentsAccumulator } from '../src/features/feature-moments.ts';
import { frechetDistance } from '../src/features/frechet-distance.ts';
import { kernelDistance } from '../src/features/kernel-distance.ts';
import { choleskyFactor, solveLower, solveSymmetric } from '../src/matrix/cholesky.ts';
import { singularValues } from '../src/matrix/singular-values.ts';
import { symmetricEigen } from '../src/matrix/symmetric-eigen.ts';
import { heapUsed } from './heap.ts';
import { inventedFeatures } from './invented-images.ts';

interface Golden {
  readonly n: number;
  readonly m: number;
  readonly dimension: number;
  readonly frechet: number;
  readonly kernel: number;
  readonly singular: readonly number[];
}

const goldens = (
  JSON.parse(readFileSync(new URL('fixtures/measures/data.json', import.meta.url), 'utf8')) as {
    readonly features: readonly Golden[];
  }
).features;

const momentsOf = (vectors: readonly ArrayLike<number>[]) => {
  const moments = momentsAccumulator();
  for (const vector of vectors) moments.add(vector);
  return moments.moments();
};

describe('feature distances', () => {
  it.each(goldens)('of $dimension features agree with scipy', (golden) => {
    const real = inventedFeatures(golden.n, golden.dimension, 1);
    const fake = inventedFeatures(golden.m, golden.dimension, 2);
    const frechet = frechetDistance(momentsOf(real), momentsOf(fake));
    expect(Math.abs(frechet / golden.frechet - 1)).toBeLessThan(1e-8);
    expect(Math.abs(kernelDistance(real, fake) / golden.kernel - 1)).toBeLessThan(1e-10);
    const mean = momentsOf(real).mean;
    const centred = real.flatMap((vector) => Array.from(vector, (value, i) => value - mean[i]!));
    const size = { rows: golden.n, columns: golden.dimension };
    singularValues(Float64Array.from(centred), size).forEach((value, i) => {
      expect(Math.abs(value / golden.singular[i]! - 1)).toBeLessThan(1e-10);
    });
  });

  it('of shifted and stretched Gaussians are known', () => {
    const cross = [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ];
    const moved = cross.map(([x, y]) => [3 * x! + 2, 3 * y! + 1]);
    // covariance 2/3·I and 6·I: 2² + 1² + 2·(√6 − √(2/3))²
    const expected = 5 + 2 * (Math.sqrt(6) - Math.sqrt(2 / 3)) ** 2;
    expect(frechetDistance(momentsOf(cross), momentsOf(moved))).toBeCloseTo(expected, 12);
  });

  it('of a set to itself are 0, also with fewer images than features', () => {
    const few = momentsOf(inventedFeatures(10, 40, 1));
    const trace = few.covariance.reduce((sum, v, i) => sum + (i % 41 === 0 ? v : 0), 0);
    expect(frechetDistance(few, few) / trace).toBeLessThan(1e-12);
  });

  it('stream: the same as at once, and memory does not grow', async () => {
    const [real, fake] = [inventedFeatures(60, 8, 1), inventedFeatures(50, 8, 2)];
    const stream = featureDistance<Float64Array>({ features: (vector) => vector });
    expect(stream.summary().frechet).toEqual({ status: 'too-few-images', value: null });
    for (const vector of real) await stream.add('real', vector);
    for (const vector of fake) await stream.add('fake', vector);
    const { frechet, kernel, images } = stream.summary();
    expect(images).toEqual({ real: 60, fake: 50 });
    expect(frechet.value).toBe(frechetDistance(momentsOf(real), momentsOf(fake)));
    expect(kernel).toEqual({
      status: 'ok',
      value: kernelDistance(real, fake),
      se: null,
      blocks: 1,
    });

    const blocks = featureDistance<Float64Array>({
      features: async (vector) => vector,
      blockSize: 25,
    });
    const run = async (rounds: number) => {
      for (let i = 0; i < rounds; i++) {
        await blocks.add('real', real[i % 60]!);
        await blocks.add('fake', fake[i % 50]!);
      }
    };
    await run(50);
    const first = kernelDistance(real.slice(0, 25), fake.slice(0, 25));
    const second = kernelDistance(real.slice(25, 50), fake.slice(25, 50));
    const two = blocks.summary().kernel;
    expect(two.value).toBeCloseTo((first + second) / 2, 12);
    expect(two.se).toBeCloseTo(Math.abs(first - second) / 2, 12);
    const before = heapUsed();
    await run(10_000);
    expect(heapUsed() - before).toBeLessThan(1e6);
  });

  it('say what is wrong', async () => {
    const one = momentsOf([[1, 2]]);
    expect(() => frechetDistance(one, momentsOf([[1], [2]]))).toThrow(
      'dimensions must agree, got 2 and 1',
    );
    expect(() => frechetDistance(one, one)).toThrow('at least 2 vectors, got 1 and 1');
    expect(() => kernelDistance([[1]], [[1], [2]])).toThrow('at least 2 vectors, got 1 and 2');
    expect(() => momentsOf([[1], [1, 2]])).toThrow('all features must have length 1, got 2');
    expect(() => momentsOf([[1, Number.NaN]])).toThrow('features must be finite, got NaN at 1');
    expect(() => momentsOf([[]])).toThrow('features must not be empty, got 0');
    expect(() => momentsOf([])).toThrow('there must be features, got none');
    expect(() => featureDistance({ features: () => [1], blockSize: 1 })).toThrow(
      'blockSize must be a whole number >= 2, got 1',
    );
  });
});

describe('matrices', () => {
  const square = fc.integer({ min: 1, max: 7 }).chain((n) =>
    fc.record({
      n: fc.constant(n),
      values: fc.array(
        fc.integer({ min: -30, max: 30 }).map((tenths) => tenths / 10),
        {
          minLength: n * n,
          maxLength: n * n,
        },
      ),
    }),
  );
  /** B·Bᵀ, singular where `rank` rows of B's transpose are all that counts. */
  const gram = (values: readonly number[], n: number, rank = n) =>
    Float64Array.from({ length: n * n }, (_, at) => {
      let sum = 0;
      for (let k = 0; k < rank; k++) {
        sum += values[Math.floor(at / n) * n + k]! * values[(at % n) * n + k]!;
      }
      return sum;
    });

  it('are what their factors make', () => {
    fc.assert(
      fc.property(square, ({ n, values }) => {
        for (const rank of [n, Math.max(1, n - 2)]) {
          const matrix = gram(values, n, rank);
          const { rank: found, transposed } = choleskyFactor(matrix, n);
          expect(found).toBeLessThanOrEqual(rank);
          matrix.forEach((value, at) => {
            let sum = 0;
            for (let k = 0; k < found; k++) {
              sum += transposed[k * n + Math.floor(at / n)]! * transposed[k * n + (at % n)]!;
            }
            expect(sum).toBeCloseTo(value, 10);
          });
        }
      }),
    );
  });

  it('have the eigenvalues that their singular values tell', () => {
    fc.assert(
      fc.property(square, ({ n, values }) => {
        const matrix = gram(values, n);
        const { values: found, vectors } = symmetricEigen(matrix, n);
        const singular = singularValues(Float64Array.from(values), { rows: n, columns: n });
        found.forEach((value, k) => {
          expect(value).toBeCloseTo(singular[k]! ** 2, 8);
          const vector = vectors[k]!;
          for (let i = 0; i < n; i++) {
            const product = vector.reduce((sum, v, j) => sum + matrix[i * n + j]! * v, 0);
            expect(product).toBeCloseTo(value * vector[i]!, 8);
          }
        });
      }),
    );
  });

  it('are solved', () => {
    const matrix = Float64Array.of(4, 2, 2, 3);
    const factor = choleskyFactor(matrix, 2);
    const [x, y] = solveSymmetric(factor, Float64Array.of(8, 7));
    expect(x).toBeCloseTo(1.25, 14);
    expect(y).toBeCloseTo(1.5, 14);
    const z = solveLower(factor, Float64Array.of(8, 7));
    expect(z.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(8 * 1.25 + 7 * 1.5, 12);
    expect(singularValues(new Float64Array(0), { rows: 3, columns: 0 })).toHaveLength(0);
    expect(singularValues(Float64Array.of(3, 4), { rows: 1, columns: 2 })[0]).toBeCloseTo(5, 12);
    expect([...singularValues(new Float64Array(4), { rows: 2, columns: 2 })]).toEqual([0, 0]);
  });
});
