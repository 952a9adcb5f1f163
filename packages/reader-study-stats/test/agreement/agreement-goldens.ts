import { expect } from 'vitest';
import type { Category } from '../../src/agreement/rating-table.ts';
import { fixture, relativeError } from '../goldens.ts';

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
export const goldens: any = fixture('agreement.expected.json');
export const close = (
  actual: number | null | undefined,
  expected: number,
  tolerance = 1e-10,
): void =>
  expect(
    relativeError(actual ?? Number.NaN, expected),
    `got ${actual}, golden ${expected}`,
  ).toBeLessThan(tolerance);

export function parseRatings(csv: string): (Category | null)[][] {
  const read = (cell: string): Category | null => {
    if (cell === 'NA') return null;
    return cell.startsWith('"') ? cell.slice(1, -1) : Number(cell);
  };
  const lines = csv.trim().split('\n').slice(1);
  return lines.map((line) => line.trim().split(',').map(read));
}
