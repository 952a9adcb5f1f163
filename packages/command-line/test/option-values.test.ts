import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  choiceOption,
  integerOption,
  numberOption,
  requiredOption,
  seedOption,
  UsageError,
} from '../src/index.ts';

test('an option that is not given has no value', () => {
  expect(numberOption('n', undefined)).toBeUndefined();
  expect(integerOption('n', undefined, { from: 1 })).toBeUndefined();
  expect(choiceOption('c', undefined, ['a'])).toBeUndefined();
});

test('numbers are read to the last digit, in their range', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const range = { from: number, to: number };
      expect(numberOption('n', String(number), range)).toBe(number === 0 ? 0 : number);
    }),
  );
});

test('whole numbers are read as they are', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      expect(integerOption('n', String(number))).toBe(number);
    }),
  );
});

test('a seed is a whole number that is exact', () => {
  expect(seedOption(undefined)).toBeUndefined();
  expect(seedOption(String(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
});

test.each([
  [() => numberOption('n', 'x'), '--n must be a number, got x'],
  [() => seedOption('1.5'), '--seed must be a whole number from 0 on, got 1.5'],
  [
    () => seedOption('9007199254740993'),
    '--seed must be a whole number from 0 on, got 9007199254740993',
  ],
  [() => numberOption('n', ''), '--n must be a number, got '],
  [() => numberOption('n', 'Infinity'), '--n must be a number, got Infinity'],
  [() => numberOption('n', '-1', { from: 0 }), '--n must be a number from 0 on, got -1'],
  [() => numberOption('n', '2', { to: 1 }), '--n must be a number up to 1, got 2'],
  [() => numberOption('n', '2', { from: 0, to: 1 }), '--n must be a number in 0..1, got 2'],
  [() => integerOption('n', '1.5'), '--n must be a whole number, got 1.5'],
  [() => integerOption('n', ' '), '--n must be a whole number, got  '],
  [() => integerOption('n', '1e300'), '--n must be a whole number, got 1e300'],
  [
    () => integerOption('n', '17', { from: 1, to: 16 }),
    '--n must be a whole number in 1..16, got 17',
  ],
  [() => choiceOption('c', 'z', ['a', 'b']), '--c must be a or b, got z'],
  [() => requiredOption('out', undefined), '--out must be given'],
  [() => requiredOption('out', '', 'name a folder'), '--out must name a folder'],
])('%s says %s', (read, message) => {
  expect(read).toThrow(new UsageError(message));
});
