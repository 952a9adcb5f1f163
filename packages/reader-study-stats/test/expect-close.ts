import { relativeError } from './goldens.ts';

/**
 * Fails, saying where, unless every number of `actual` is within a relative tolerance of the golden
 * one; null must be null.
 */
export function expectClose(
  actual: unknown,
  expected: unknown,
  { what, tolerance }: { readonly what: string; readonly tolerance: number },
): void {
  const [own, golden] = [[actual].flat(), [expected].flat()];
  if (own.length !== golden.length) {
    throw new Error(`${what}: ${own.length} numbers where the golden has ${golden.length}`);
  }
  own.forEach((value, i) => {
    const target = golden[i];
    const isClose =
      typeof value === 'number' && typeof target === 'number'
        ? relativeError(value, target) <= tolerance
        : value === target;
    if (!isClose) throw new Error(`${what}[${i}]: got ${value}, golden ${target}`);
  });
}
