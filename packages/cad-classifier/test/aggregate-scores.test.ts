import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregateScores, type ScoredImage, type ScoreRule } from '../src/index.ts';

const image = (
  patientId: string,
  laterality: 'L' | 'R',
  label: 'positive' | 'negative' = 'negative',
  examId?: string,
): ScoredImage => ({ patientId, laterality, label, ...(examId !== undefined && { examId }) });

test('views become breasts by their mean, breasts an examination by the greater', () => {
  const images = [image('P', 'R'), image('P', 'L', 'positive'), image('P', 'L'), image('P', 'R')];
  expect(aggregateScores(images, [0.1, 0.9, 0.5, 0.3])).toEqual([
    {
      patientId: 'P',
      examId: 'P',
      label: 'positive',
      score: 0.7,
      breasts: [
        {
          patientId: 'P',
          examId: 'P',
          laterality: 'L',
          label: 'positive',
          score: 0.7,
          images: [1, 2],
        },
        {
          patientId: 'P',
          examId: 'P',
          laterality: 'R',
          label: 'negative',
          score: 0.2,
          images: [0, 3],
        },
      ],
    },
  ]);
});

test('the rules can be chosen', () => {
  const images = [image('P', 'L'), image('P', 'L'), image('P', 'R')];
  const scoreOf = (views: ScoreRule, breasts: ScoreRule) =>
    aggregateScores(images, [0, 0.5, 1], { views, breasts })[0]?.score;
  expect(scoreOf('mean', 'mean')).toBe(0.625);
  expect(scoreOf('max', 'mean')).toBe(0.75);
  expect(scoreOf('max', 'max')).toBe(1);
});

test('examinations are those of one patient, by their name', () => {
  const images = [
    image('A', 'L', 'negative', '2020'),
    image('B', 'L', 'negative', '2020'),
    image('A', 'L', 'positive', '2021'),
    image('A', 'L', 'negative', '2020'),
  ];
  const exams = aggregateScores(images, [0, 1, 2, 4]);
  expect(
    exams.map(({ patientId, examId, score, label }) => [patientId, examId, score, label]),
  ).toEqual([
    ['A', '2020', 2, 'negative'],
    ['B', '2020', 1, 'negative'],
    ['A', '2021', 2, 'positive'],
  ]);
});

test('every image has its place once, and no score leaves the range of the images', () => {
  const anyImage = fc
    .tuple(
      fc.constantFrom('A', 'B', 'C'),
      fc.constantFrom('L' as const, 'R' as const),
      fc.constantFrom('x', 'y'),
    )
    .map(([patient, side, exam]) => image(patient, side, 'negative', exam));
  const rule = fc.constantFrom<ScoreRule>('mean', 'max');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyImage, fc.integer({ min: -9, max: 9 })), { minLength: 1 }),
      rule,
      rule,
      (pairs, views, breasts) => {
        const scores = pairs.map(([, score]) => score);
        const exams = aggregateScores(
          pairs.map(([one]) => one),
          scores,
          { views, breasts },
        );
        const places = exams.flatMap((exam) => exam.breasts.flatMap(({ images }) => images));
        expect(places.sort((a, b) => a - b)).toEqual([...scores.keys()]);
        for (const { score } of exams) {
          expect(score).toBeGreaterThanOrEqual(Math.min(...scores));
          expect(score).toBeLessThanOrEqual(Math.max(...scores));
        }
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test('refuses scores that do not fit, and unknown rules', () => {
  expect(() => aggregateScores([image('P', 'L')], [])).toThrow(
    new RangeError('aggregateScores: scores must be one for each of 1 images, got 0'),
  );
  expect(() => aggregateScores([image('P', 'L')], [Number.NaN])).toThrow(
    new RangeError('aggregateScores: scores must be finite, got NaN at index 0'),
  );
  expect(() => aggregateScores([], [], { breasts: 'min' as 'max' })).toThrow(
    new RangeError('aggregateScores: breasts must be mean or max, got min'),
  );
});
