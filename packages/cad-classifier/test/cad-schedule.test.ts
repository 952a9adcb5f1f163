import { PAPER_AUGMENTATION } from '@mammo/mammo-io';
import { expect, test } from 'vitest';
import { checkCadSchedule, rateOfStep } from '../src/cad-schedule.ts';
import { type CadSchedule, cadSchedule } from '../src/index.ts';

test('the paper trains Fnet for 41 epochs at 1e-4, then Vnet too at 1e-5', () => {
  const schedule = cadSchedule('paper', { stepsPerEpoch: 500 });
  expect(schedule.perClass).toBe(4);
  expect(schedule.augmentation).toBe(PAPER_AUGMENTATION);
  expect(schedule.phases[0]).toEqual({
    name: 'fnet',
    steps: 41 * 500,
    learningRates: { fnet: 1e-4, head: 1e-4 },
  });
  expect(schedule.phases[1]?.learningRates).toEqual({ vnet: 1e-5, fnet: 1e-4, head: 1e-4 });
});

test('the small schedule falls linearly from 2e-3 to 2e-4 in 800 steps of 8 + 8 images', () => {
  const schedule = cadSchedule('small');
  const rate = (step: number) => {
    const { phase, factor } = rateOfStep(schedule, step)!;
    return (phase.learningRates.vnet ?? 0) * factor;
  };
  expect(schedule.perClass).toBe(8);
  expect(rate(0)).toBeCloseTo(2e-3 * (1 - 0.9 / 800), 12); // as the reference: 1 − 0.9 · step / steps
  expect(rate(399)).toBeCloseTo(2e-3 * 0.55, 12);
  expect(rate(799)).toBeCloseTo(2e-4, 12);
  expect(rateOfStep(schedule, 800)).toBeUndefined();
});

test('phases follow each other, and one without steps is passed over', () => {
  const phase = (name: string, steps: number) => ({ name, steps, learningRates: { head: 1 } });
  const phases = [phase('a', 2), phase('b', 0), phase('c', 1)];
  const schedule: CadSchedule = { perClass: 1, validateEvery: 1, phases };
  const names = [0, 1, 2, 3].map((step) => rateOfStep(schedule, step)?.phase.name);
  expect(names).toEqual(['a', 'a', 'c', undefined]);
});

const valid = cadSchedule('small');
const withPhase = (changes: object): CadSchedule => ({
  ...valid,
  phases: [{ name: 'p', steps: 1, learningRates: { head: 1 }, ...changes }],
});
test.each([
  [
    () => cadSchedule('large' as never),
    'cadSchedule: preset must be one of paper, small, got large',
  ],
  [
    () => cadSchedule('paper'),
    'cadSchedule: stepsPerEpoch must be a positive integer, got undefined',
  ],
  [
    () => checkCadSchedule({ ...valid, perClass: 0 }),
    'trainCad: perClass must be an integer from 1 on, got 0',
  ],
  [
    () => checkCadSchedule({ ...valid, validateEvery: 0.5 }),
    'trainCad: validateEvery must be an integer from 1 on, got 0.5',
  ],
  [
    () => checkCadSchedule(withPhase({ steps: -1 })),
    'trainCad: steps of phase p must be an integer from 0 on, got -1',
  ],
  [
    () => checkCadSchedule(withPhase({ learningRates: { head: 0 } })),
    'trainCad: learning rate of head in phase p must be positive, got 0',
  ],
  [
    () => checkCadSchedule(withPhase({ finalShare: 2 })),
    'trainCad: finalShare of phase p must lie in (0, 1], got 2',
  ],
  [
    () => checkCadSchedule(withPhase({ steps: 0 })),
    'trainCad: phases must hold at least one step, got none',
  ],
])('refuses what cannot be run, %#', (call, message) => {
  expect(call).toThrow(new RangeError(message));
});
