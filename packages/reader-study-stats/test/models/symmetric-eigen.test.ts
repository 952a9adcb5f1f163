import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, inverse, logDeterminant, positiveCholesky } from '../../src/models/cholesky.ts';
import { symmetricEigen } from '../../src/models/symmetric-eigen.ts';

const square = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
  minLength: 16,
  maxLength: 16,
});
const SIZE = 4;

/** B·Bᵀ + I, positive definite. */
function positive(b: readonly number[]): Float64Array {
  return Float64Array.from({ length: SIZE * SIZE }, (_, at) => {
    const [i, j] = [Math.floor(at / SIZE), at % SIZE];
    const sum = [0, 1, 2, 3].reduce((s, k) => s + b[i * SIZE + k]! * b[j * SIZE + k]!, 0);
    return sum + (i === j ? 1 : 0);
  });
}

describe('symmetricEigen', () => {
  it('of a 2 × 2 matrix', () => {
    const { values } = symmetricEigen(Float64Array.from([2, 1, 1, 2]), 2);
    expect([...values].sort()).toEqual([expect.closeTo(1, 14), expect.closeTo(3, 14)]);
  });

  it('puts the matrix together again', () => {
    fc.assert(
      fc.property(square, (b) => {
        const matrix = positive(b);
        const { values, vectors } = symmetricEigen(matrix, SIZE);
        matrix.forEach((entry, at) => {
          const [i, j] = [Math.floor(at / SIZE), at % SIZE];
          const sum = values.reduce(
            (s, value, m) => s + value * vectors[i * SIZE + m]! * vectors[j * SIZE + m]!,
            0,
          );
          expect(sum).toBeCloseTo(entry, 10);
        });
        const determinant = values.reduce((s, value) => s + Math.log(value), 0);
        expect(logDeterminant(positiveCholesky(matrix, SIZE))).toBeCloseTo(determinant, 10);
      }),
      { numRuns: 50 },
    );
  });
});

describe('cholesky', () => {
  it('inverts', () => {
    fc.assert(
      fc.property(square, (b) => {
        const matrix = positive(b);
        const inverted = inverse(positiveCholesky(matrix, SIZE));
        for (let i = 0; i < SIZE; i++) {
          for (let j = 0; j < SIZE; j++) {
            const sum = [0, 1, 2, 3].reduce(
              (s, k) => s + matrix[i * SIZE + k]! * inverted[k * SIZE + j]!,
              0,
            );
            expect(sum).toBeCloseTo(i === j ? 1 : 0, 9);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('names the first column that depends on those before it', () => {
    expect(cholesky(Float64Array.from([1, 1, 0, 1, 1, 0, 0, 0, 1]), 3)).toBe(1);
    expect(() => positiveCholesky(Float64Array.from([1, 1, 1, 1]), 2)).toThrow(
      'positiveCholesky: the matrix must be positive definite, row 1',
    );
  });
});
