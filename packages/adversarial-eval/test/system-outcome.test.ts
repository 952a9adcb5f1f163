import { describe, expect, it } from 'vitest';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { crossedRate } from '../src/intervals/crossed-rate.ts';
import { type FakeRead, systemOutcome } from '../src/system-outcome.ts';
import { pair } from './pairs.ts';

/** a, b, c fool the AI; d is resisted; e was wrong before. b is flagged by the detector. */
const { pairs } = evaluatePaired([
  pair('a', 'positive', [0.9, 0.1]),
  pair('b', 'positive', [0.9, 0.1]),
  pair('c', 'negative', [0.1, 0.9]),
  pair('d', 'negative', [0.1, 0.2]),
  pair('e', 'positive', [0.1, 0.1]),
]);
const detector = ['a', 'b', 'c', 'd', 'e'].map((caseId) => ({ caseId, flagged: caseId === 'b' }));
const says = (reader: string, answers: Readonly<Record<string, FakeRead['answer']>>): FakeRead[] =>
  Object.entries(answers).map(([caseId, answer]) => ({ reader, caseId, answer }));
const reads = [
  ...says('R1', { a: 'real', b: 'real', c: 'unsure', d: 'real', e: 'real' }),
  ...says('R2', { a: 'not-real', c: 'real', d: 'not-real' }),
];

describe('systemOutcome', () => {
  it('counts what passes the AI, the detector and each reader', () => {
    const outcome = systemOutcome(
      { pairs, detector, reads },
      { unsure: 'stops', missing: 'exclude' },
    );
    expect(outcome.n).toMatchObject({ attacks: 5, correct: 4, readers: 2, unsure: 1, missing: 1 });
    expect(outcome.fooledAi).toMatchObject({ k: 3, n: 4 });
    expect(outcome.passedDetector).toMatchObject({ k: 2, n: 4 });
    expect(outcome.readers[0]).toMatchObject({ reader: 'R1', answered: 4, unsure: 1, missing: 0 });
    expect(outcome.readers[0]?.through).toMatchObject({ k: 1, n: 4 });
    expect(outcome.readers[0]?.passedOfArrived).toMatchObject({ k: 1, n: 2 });
    expect(outcome.readers[1]?.through).toMatchObject({ k: 1, n: 3 });
    expect(outcome.meanReader).toMatchObject({ status: 'ok', k: 2, n: 7, readers: 2 });
    expect(outcome.throughAllReaders).toMatchObject({ k: 0, n: 3 });
    expect(outcome.throughMajority).toMatchObject({ k: 0, n: 3 });
  });

  it('follows the policies that were asked for', () => {
    const through = (unsure: 'passes' | 'stops' | 'exclude', missing: 'passes' | 'stops') =>
      systemOutcome({ pairs, reads }, { unsure, missing }).readers.map(
        ({ through: { k, n } }) => `${k}/${n}`,
      );
    expect(through('passes', 'passes')).toEqual(['3/4', '2/4']);
    expect(through('stops', 'stops')).toEqual(['2/4', '1/4']);
    expect(through('exclude', 'passes')).toEqual(['2/3', '2/4']);
  });

  it('without a detector has no detector rate, without readers no reader rates', () => {
    const outcome = systemOutcome({ pairs, reads: [] }, { unsure: 'stops', missing: 'stops' });
    expect(outcome.passedDetector).toBeNull();
    expect(outcome.meanReader).toMatchObject({ status: 'empty', rate: null, lower: null });
    expect(outcome.throughAllReaders.status).toBe('empty');
    expect(outcome.warnings).toEqual([
      'one reader or none: the rates hold for this reader, not for readers',
    ]);
  });

  it('lists all problems of the join', () => {
    const bad = {
      pairs,
      detector: detector.slice(1),
      reads: [...reads, ...says('R1', { a: 'real' }), ...says('R2', { z: 'fake' as 'real' })],
    };
    expect(() => systemOutcome(bad, { unsure: 'stops', missing: 'error' })).toThrow(
      [
        'systemOutcome: 6 problems',
        'row 9 (a): reads: reader, caseId is already in row 1',
        'row 10 (z): reads: caseId is not among the pairs',
        'row 10 (z): reads: answer must be real, not-real or unsure, got "fake"',
        'a has no verdict of the detector',
        'b has no answer of reader R2',
        'e has no answer of reader R2',
      ].join('\n  '),
    );
  });

  it('has no default policies', () => {
    const policies = { unsure: 'half', missing: 'stops' } as never;
    expect(() => systemOutcome({ pairs, reads }, policies)).toThrow(
      'systemOutcome: unsure must be passes, stops or exclude, got half',
    );
    const other = { unsure: 'stops' } as never;
    expect(() => systemOutcome({ pairs, reads }, other)).toThrow(
      'systemOutcome: missing must be error, exclude, passes or stops, got undefined',
    );
  });
});

describe('crossedRate', () => {
  const grid = (values: readonly (readonly number[])[]) =>
    values.flatMap((row, r) =>
      row.map((value, p) => ({ reader: `R${r}`, patient: `P${p}`, value: value === 1 })),
    );

  it('has the two-way variance by inclusion and exclusion', () => {
    const { components, se, rate } = crossedRate(
      grid([
        [1, 1, 0, 0],
        [1, 0, 0, 0],
      ]),
      0.95,
    );
    // readers: 2·(½² + ½²)/64; patients: 4/3·(1.25² + .25² + 2·.75²)/64; both: 8/7·(3·.625² + 5·.375²)/64
    const [readers, patients, both] = [1 / 64, (4 / 3) * (2.75 / 64), (8 / 7) * (1.875 / 64)];
    expect(rate).toBe(3 / 8);
    expect(components?.readers).toBeCloseTo(Math.max(0, readers - both), 14);
    expect(components?.patients).toBeCloseTo(patients - both, 14);
    expect(se).toBeCloseTo(Math.sqrt(Math.max(0, readers - both) + patients), 14);
  });

  it('is wider when readers differ, though the share is the same', () => {
    const readersWith = (...shares: readonly number[]) =>
      grid(
        shares.map((share) => Array.from({ length: 40 }, (_, i) => (i % 4 < 4 * share ? 1 : 0))),
      );
    const same = crossedRate(readersWith(0.5, 0.5, 0.5), 0.95);
    const differ = crossedRate(readersWith(1, 0.5, 0), 0.95);
    expect(differ.rate).toBe(same.rate);
    expect(differ.upper! - differ.lower!).toBeGreaterThan(same.upper! - same.lower!);
  });

  it('has typed statuses where nothing can be generalised', () => {
    expect(crossedRate(grid([[1, 0]]), 0.95).status).toBe('single-reader');
    expect(crossedRate(grid([[1], [0]]), 0.95).status).toBe('single-patient');
    expect(crossedRate([], 0.95).status).toBe('empty');
    const none = crossedRate(
      grid([
        [0, 0, 0],
        [0, 0, 0],
      ]),
      0.95,
    );
    expect(none).toMatchObject({ status: 'ok', rate: 0, lower: 0 });
    expect(none.upper).toBeGreaterThan(0.3);
  });
});
