import { expect, it } from 'vitest';
import { holmAdjust } from '../src/holm.ts';
import { fixture, relativeError } from './goldens.ts';

it.each(['simple', 'BH1995'])('Holm agrees with R (%s)', (name) => {
  const golden = fixture('multiplicity.expected.json')[name];
  holmAdjust(golden.p).forEach((p, i) => {
    expect(relativeError(p, golden.adj.holm[i])).toBeLessThan(1e-10);
  });
});

it('Holm refuses what is no probability', () => {
  expect(() => holmAdjust([1.2])).toThrow('holmAdjust: p must lie in [0, 1], got 1.2');
});
