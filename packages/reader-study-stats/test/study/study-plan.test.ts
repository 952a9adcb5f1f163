import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planTable } from '../../src/study/plan-table.ts';
import { PAPER_SESSIONS } from '../../src/study/session-design.ts';
import { planReaderStudy, type StudyPlan } from '../../src/study/study-plan.ts';
import { cohort, paperCohort } from './cohort.ts';

const readers = ['R1', 'R2'];

function expectDisjoint(plan: StudyPlan): void {
  const images = plan.sessions.flatMap((session) =>
    session.images.map((image) => ({ ...image, session: session.session })),
  );
  const sessionOf = new Map(images.map((image) => [image.patientId, image.session]));
  for (const image of images) expect(sessionOf.get(image.patientId)).toBe(image.session);
  expect(new Set(images.map((image) => image.sourceCase)).size).toBe(images.length);
  for (const { images: shown } of plan.sessions) {
    expect(shown.map((image) => image.order)).toEqual(shown.map((_, index) => index + 1));
  }
}

describe('planReaderStudy', () => {
  it("gives the paper's Table 2 from the paper's cohort", () => {
    const plan = planReaderStudy({ ...paperCohort, readers, seed: 1 });
    expect(plan).toMatchObject({ scale: 1, warnings: [], readers });
    const table = planTable(plan);
    expect(table.map((row) => [row.session, row.real.all, row.fake.all, row.triplets.all])).toEqual(
      [
        ['1', 100, 0, 0],
        ['2', 100, 0, 0],
        ['3', 218, 218, 0],
        ['4', 0, 0, 100],
        ['5', 220, 220, 0],
      ],
    );
    expect(table[2]!.fake).toEqual({ all: 218, positive: 180, negative: 38 });
    expect(table[4]!.fake).toEqual({ all: 220, positive: 183, negative: 37 });
    expect(table.map((row) => row.total)).toEqual(table.map((row) => row.requested.total));
    expectDisjoint(plan);
  });

  it('fills every session from the smallest cohort that can, with each image used once', () => {
    const exact = cohort({
      training: { positive: 18, negative: 42 },
      validation: { positive: 37, negative: 92 },
      test: { positive: 36, negative: 91 },
    });
    const plan = planReaderStudy({ ...exact, readers, seed: 3 });
    expect(plan.scale).toBe(1);
    expectDisjoint(plan);
  });

  it('shows real and fake images mixed, positive-looking fakes made from negatives', () => {
    const plan = planReaderStudy({ ...paperCohort, readers, seed: 1 });
    const third = plan.sessions[2]!.images;
    const early = third.slice(0, 100).filter((image) => image.truth === 'fake').length;
    expect(early).toBeGreaterThan(30);
    expect(early).toBeLessThan(70);
    for (const image of third) {
      const made = image.truth === 'fake';
      expect(image.case).toBe(made ? `${image.sourceCase}-fake` : image.sourceCase);
      expect(image.sourceCase.includes('-positive-')).toBe(
        (image.appearance === 'positive') !== made,
      );
      expect(image.sourceCase.startsWith('training')).toBe(false);
    }
  });

  it('is a function of the seed', () => {
    const plan = (seed: number) => planReaderStudy({ ...paperCohort, readers, seed });
    expect(plan(4)).toEqual(plan(4));
    expect(plan(4).sessions[2]!.images).not.toEqual(plan(5).sessions[2]!.images);
  });

  it('shrinks with a small cohort, keeps its proportions, and says so', () => {
    const small = cohort({
      training: { positive: 90, negative: 230 },
      validation: { positive: 11, negative: 29 },
      test: { positive: 11, negative: 29 },
    });
    const plan = planReaderStudy({ ...small, readers, seed: 2 });
    expect(plan.scale).toBeGreaterThan(0.25);
    expect(plan.scale).toBeLessThan(0.35);
    expect(plan.warnings).toEqual([
      `the cohort is too small: every number of images is scaled by ${plan.scale}`,
    ]);
    const [, , third, fourth] = planTable(plan);
    expect(third!.real.all).toBe(third!.fake.all);
    expect(third!.fake.positive / third!.fake.all).toBeCloseTo(180 / 218, 1);
    expect(fourth!.triplets.all).toBe(Math.floor(100 * plan.scale));
    expectDisjoint(plan);
  });

  it('keeps patients and sources apart for any cohort', () => {
    const size = fc.integer({ min: 3, max: 60 });
    fc.assert(
      fc.property(size, size, size, size, fc.nat(), (p, n, tp, tn, seed) => {
        const counts = { positive: p, negative: n };
        const some = cohort({
          training: { positive: tp, negative: tn },
          validation: counts,
          test: counts,
        });
        expectDisjoint(planReaderStudy({ ...some, readers, seed }));
      }),
      { numRuns: 30 },
    );
  });

  it('keeps a patient with a healthy and a diseased breast in one session', () => {
    const { cases, fakes } = cohort({
      training: { positive: 60, negative: 60 },
      validation: { positive: 20, negative: 40 },
      test: { positive: 20, negative: 40 },
    });
    const mixed = cases.map((item) => ({
      ...item,
      patientId: item.patientId.replace(/-(positive|negative)-/, '-'),
    }));
    expectDisjoint(planReaderStudy({ cases: mixed, fakes, readers, seed: 3 }));
  });

  it('has fewer triplets where the training set has no fakes, and says so', () => {
    const fakes = paperCohort.fakes.filter((fake) => !fake.caseId.startsWith('training'));
    const plan = planReaderStudy({ cases: paperCohort.cases, fakes, readers, seed: 1 });
    expect(plan.sessions[3]!.triplets).toEqual([]);
    expect(plan.warnings).toEqual(['session 4 has 0 triplets of 100: there are no more fakes']);
  });

  it('draws the triplets from patients not yet seen', () => {
    const plan = planReaderStudy({ ...paperCohort, readers, seed: 1 });
    const seen = new Set(plan.sessions.flatMap((s) => s.images.map((image) => image.patientId)));
    expect(plan.sessions[3]!.triplets.some((triplet) => seen.has(triplet.patientId))).toBe(false);
  });

  it('names every problem of the cohort at once', () => {
    const { cases, fakes } = paperCohort;
    const bad = {
      cases: [...cases, cases[0]!, { ...cases[1]!, caseId: 'x', split: 'test' as const }],
      fakes: [
        ...fakes,
        fakes[0]!,
        { fakeId: 'f', caseId: 'nobody', intendedLabel: 'positive' as const },
        { fakeId: 'g', caseId: 'x', intendedLabel: 'positive' as const },
      ],
    };
    const id = cases[0]!.caseId;
    expect(() => planReaderStudy({ ...bad, readers, seed: 1 })).toThrow(
      `planReaderStudy: case ${id} occurs twice; patient training-positive-0 is in training and in test; ` +
        `case ${id} has two fakes; identifier ${id}-fake occurs twice; fake f has no real case nobody; ` +
        'fake g is meant to look positive as its source does',
    );
  });

  it('refuses bad readers, designs and cohorts without fakes', () => {
    const { cases, fakes } = paperCohort;
    expect(() => planReaderStudy({ cases, fakes, readers: ['A', 'A'], seed: 1 })).toThrow(
      'readers must be named, each once, got [A,A]',
    );
    const sessions = [{ ...PAPER_SESSIONS[0]!, real: { positive: -1, negative: 0.5 } }];
    expect(() => planReaderStudy({ cases, fakes, readers, seed: 1, sessions })).toThrow(
      'session 1 must have whole counts of at least 0, got -1; session 1 must have whole counts of at least 0, got 0.5',
    );
    expect(() => planReaderStudy({ cases, fakes, readers, seed: 1, sessions: [] })).toThrow(
      'at least one session',
    );
    expect(() => planReaderStudy({ cases, fakes: [], readers, seed: 1 })).toThrow(
      'the cohort must fill at least one image of every kind',
    );
  });
});
