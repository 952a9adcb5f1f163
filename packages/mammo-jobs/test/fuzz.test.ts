import { expect, test } from 'vitest';
import { fuzzParser } from '../fuzz/fuzz-parser.ts';
import { parserTargets } from '../fuzz/parsers.ts';

const targets = await parserTargets();

test.each(targets.map((target) => [target.name, target] as const))(
  '%s: damaged files give a value or the documented error, in time',
  (_, target) => {
    for (const file of target.files) expect(() => target.read(file)).not.toThrow();
    const { inputs, refused, defects } = fuzzParser(target, { seed: 1, seconds: 5, inputs: 300 });
    expect(defects).toEqual([]);
    expect(inputs).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(0);
  },
);

test('what a parser does wrong is found', () => {
  const broken = { name: 'broken', files: [Uint8Array.of(1, 2, 3)], refuses: () => false };
  const limits = { seed: 1, seconds: 5, inputs: 3 };
  const throws = fuzzParser({ ...broken, read: () => JSON.parse('{') }, limits);
  expect(throws.defects[0]).toMatch(/^input 0: SyntaxError: /);
  const trusts = fuzzParser({ ...broken, read: () => 'all', findsEveryDamage: true }, limits);
  expect(trusts.defects[0]).toBe('input 0: read though it is damaged');
});
