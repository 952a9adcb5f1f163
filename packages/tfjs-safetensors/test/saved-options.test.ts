import { expect, test } from 'vitest';
import { savedOptions } from '../src/index.ts';

test('options that were written are read back', () => {
  const options = { height: 96, output: 'delta' };
  expect(savedOptions(JSON.stringify(options), { caller: 'load' })).toEqual(options);
});

test.each([
  [undefined, 'load: options must be given for a file without them in its metadata, got undefined'],
  ['{"height":', 'load: the file\'s options must be JSON, got {"height":'],
])('%s is refused in the caller’s name', (json, message) => {
  expect(() => savedOptions(json, { caller: 'load' })).toThrow(new RangeError(message));
});
