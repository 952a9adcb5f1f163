import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readerAreas } from '../../src/answers/reader-areas.ts';
import { readerDetection } from '../../src/answers/reader-detection.ts';
import { scoreReads } from '../../src/answers/score-reads.ts';
import { gee } from '../../src/models/gee.ts';
import { glmm } from '../../src/models/glmm.ts';
import { lmm } from '../../src/models/lmm.ts';
import { learningCurve } from '../../src/reading-time/learning-curve.ts';
import { readingTimeModel } from '../../src/reading-time/reading-time-model.ts';
import type { Read } from '../../src/reads.ts';

/** Numbers that are not finite, and p-values of 0, by where they are. */
function problems(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'number') {
    const isZeroP = path.endsWith('pValue') && value === 0;
    return Number.isFinite(value) && !isZeroP ? [] : [`${path} is ${value}`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => problems(part, `${path}.${key}`));
}

/** Two or three readers, two sessions of 3 to 6 images, some reads missing; answers of any kind. */
const study = fc
  .record({
    readers: fc.integer({ min: 2, max: 3 }),
    images: fc.integer({ min: 3, max: 6 }),
    // mostly one answer, as where readers are nearly always right
    answers: fc.array(fc.constantFrom('real', 'real', 'real', 'not-real', 'unsure'), {
      minLength: 36,
      maxLength: 36,
    }),
    seconds: fc.array(fc.constantFrom(1, 2, 2, 5, 1000), { minLength: 36, maxLength: 36 }),
    missing: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 36, maxLength: 36 }),
  })
  .map(({ readers, images, answers, seconds, missing }): readonly Read[] => {
    let k = 0;
    return ['3', '5']
      .flatMap((session) =>
        Array.from({ length: readers }, (_, r) => `R${r + 1}`).flatMap((reader) =>
          Array.from({ length: images }, (_, i): Read => {
            const truth = i % 3 === 0 ? 'fake' : 'real';
            const label = answers[k]! as Read['label'];
            const shared = { truth, appearance: 'positive', simulated: true } as const;
            const place = { reader, session, case: `${session}-${i}`, order: i + 1 };
            return { ...shared, ...place, label, seconds: seconds[k++]! };
          }),
        ),
      )
      .filter((_, i) => missing[i] !== 0);
  });

/** The result, or null where the rows are refused with an error of the package. */
function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError && /^[a-zA-Z]+: /.test(error.message)) return null;
    throw error;
  }
}

describe('whatever the answers are, no number is NaN or infinite and no p is 0:', () => {
  const check = (name: string, analyse: (reads: readonly Read[]) => unknown, numRuns: number) =>
    it(name, () => {
      fc.assert(
        fc.property(study, (reads) => {
          expect(problems(attempt(() => analyse(reads)))).toEqual([]);
        }),
        { numRuns, seed: 1 },
      );
    });
  const rows = (reads: readonly Read[]) => scoreReads(reads, { unsure: 'incorrect' });
  const fixed = { response: 'score', terms: ['session', 'reader'] } as const;

  for (const correction of ['none', 'kauermann-carroll', 'mancl-derouen'] as const) {
    for (const correlation of ['independence', 'exchangeable'] as const) {
      check(
        `gee, ${correlation}, ${correction}`,
        (reads) => gee(rows(reads), { ...fixed, cluster: 'case', correlation, correction }),
        60,
      );
    }
  }
  check(
    'glmm',
    (reads) =>
      glmm(rows(reads), { response: 'score', terms: ['session'], random: ['case', 'reader'] }),
    100,
  );
  check(
    'lmm',
    (reads) =>
      lmm(
        reads.map((read) => ({ ...read, logSeconds: Math.log(read.seconds!) })),
        { response: 'logSeconds', terms: ['session'], random: ['case', 'reader'] },
      ),
    100,
  );
  check('reading times', (reads) => readingTimeModel(reads, { sessions: ['3', '5'] }), 100);
  check(
    'learning curves',
    (reads) =>
      learningCurve(reads, {
        truth: 'real',
        sessions: ['3', '5'],
        unsure: 'incorrect',
        model: { kind: 'gee', correlation: 'exchangeable', correction: 'none' },
      }),
    60,
  );
  check('signal detection', (reads) => readerDetection(reads, { unsureAs: 'exclude' }), 100);
  check('areas', (reads) => readerAreas(reads), 100);
});
