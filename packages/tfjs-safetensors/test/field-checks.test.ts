import { expect, test } from 'vitest';
import {
  checkWeightsDigest,
  FIELD,
  fieldMust,
  fieldProblems,
  isFields,
  weightsDigest,
} from '../src/index.ts';

test.each<[keyof typeof FIELD, unknown[], unknown[], string]>([
  ['text', ['a'], ['', ' ', 1, undefined], 'words'],
  ['texts', [[], ['a']], ['a', ['']], 'a list of words'],
  ['count', [0, 3], [-1, 0.5, '1'], 'a whole number from 0 on'],
  ['positive', [0.1], [0, Infinity, null], 'a positive number'],
  ['notNegative', [0, 2.5], [-1, NaN], 'a number from 0 on'],
  ['share', [0, 1], [1.1, '0'], 'in [0, 1]'],
  ['finite', [-1], [NaN, null], 'a number'],
  ['flag', [true, false], [0, 'true'], 'true or false'],
  ['sha256', ['0'.repeat(64)], ['0'.repeat(63), 'g'.repeat(64)], '64 hexadecimal digits'],
])('%s', (name, good, bad, what) => {
  const check = FIELD[name] as (value: unknown) => string | undefined;
  for (const value of good) expect(check(value)).toBeUndefined();
  for (const value of bad) expect(check(value)).toContain(`must be ${what}, got `);
});

test('a choice and an expected value name what is allowed', () => {
  expect(FIELD.oneOf('a', 'b')('c')).toBe('must be a or b, got "c"');
  expect(FIELD.exactly([0, 1])([0, 255])).toBe('must be [0,1], got [0,255]');
  expect(FIELD.exactly([0, 1])([0, 1])).toBeUndefined();
});

test('all problems of a record are listed with their paths', () => {
  const even = fieldMust('even', (value) => Number(value) % 2 === 0);
  const checks = { name: FIELD.text, input: { height: even, width: even }, data: { size: even } };
  expect(fieldProblems({ name: '', input: { height: 1, width: 2 } }, checks, 'card.')).toEqual([
    'card.name must be words, got ""',
    'card.input.height must be even, got 1',
    'card.data must be an object, got nothing',
  ]);
  expect([{}, [], null, 'a'].map(isFields)).toEqual([true, false, false, false]);
});

test('weights are known by the SHA-256 of their bytes', async () => {
  const abc = new TextEncoder().encode('abc'); // FIPS 180-2, appendix B.1
  const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await weightsDigest(abc)).toBe(digest);
  await checkWeightsDigest(abc, digest, { caller: 'load' });
  await expect(checkWeightsDigest(new Uint8Array(), digest, { caller: 'load' })).rejects.toThrow(
    `load: weights must have the SHA-256 ${digest} of their card, got e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`,
  );
});
