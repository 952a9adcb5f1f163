import { describe, expect, test } from 'vitest';
import { type AttackDirection, attackSchedule } from '../src/index.ts';

describe('attackSchedule', () => {
  test('released follows the epochs of the program: 11, 10, then adversarial up to the 600th', () => {
    const { stages, batch } = attackSchedule('released', { stepsPerEpoch: 10 });
    const steps = stages.map(({ maxSteps }) => maxSteps);
    expect(steps.slice(0, 2)).toEqual([110, 100]);
    expect(steps.reduce((sum, n) => sum + n, 0)).toBe(6010); // epochs 0 to 600
    expect(stages.every(({ stopWhen }) => stopWhen === undefined)).toBe(true);
    expect(batch).toBe(2);
  });

  test("paper has the paper's rates and rules", () => {
    const { stages } = attackSchedule('paper', { stepsPerEpoch: 10 });
    expect(stages.map(({ name, stopWhen }) => [name, stopWhen?.kind])).toEqual([
      ['reconstruct', 'reconstructed'],
      ['critic-warm-up', 'gap-above'],
      ['adversarial-head', 'gap-below'],
      ['adversarial-fnet', 'gap-below'],
      ['adversarial-vnet', 'gap-below'],
    ]);
    expect(stages.at(-1)).toMatchObject({
      learningRates: { generator: 1e-5, head: 1e-4, fnet: 1e-4, vnet: 1e-5 },
      generatorEvery: 5,
      stopEnds: 'training',
    });
  });

  test('small teaches only whole images to return their input', () => {
    expect(attackSchedule('small').stages[0]?.name).toBe('critic-warm-up');
    expect(attackSchedule('small', { output: 'image' }).stages[0]?.name).toBe('reconstruct');
  });

  test('small prices rough and scattered changes, paper and released do not', () => {
    const pricesOf = (direction: AttackDirection) =>
      attackSchedule('small', { direction }).stages.map(({ changePenalty }) => changePenalty);
    const [removal, insertion] = [
      { smoothness: 60, sparsity: 6 },
      { smoothness: 400, sparsity: 1 },
    ];
    expect(pricesOf('remove')).toEqual([
      undefined,
      removal,
      removal,
      { ...removal, sparsity: 1 }, // for a victim that resists
    ]);
    expect(pricesOf('insert')).toEqual([undefined, insertion, insertion]);
    expect(attackSchedule('small')).toEqual(attackSchedule('small', { direction: 'remove' }));
    for (const preset of ['paper', 'released'] as const) {
      const { stages } = attackSchedule(preset, { stepsPerEpoch: 10 });
      expect(stages.some((stage) => stage.changePenalty ?? stage.reconstructionWeight)).toBe(false);
    }
  });

  test.each([undefined, 0, 1.5])('paper refuses stepsPerEpoch %s', (stepsPerEpoch) => {
    const options = stepsPerEpoch === undefined ? {} : { stepsPerEpoch };
    expect(() => attackSchedule('paper', options)).toThrow(
      new RangeError(
        `attackSchedule: stepsPerEpoch must be a positive integer, got ${stepsPerEpoch}`,
      ),
    );
  });

  test('refuses an unknown name', () => {
    expect(() => attackSchedule('large' as 'small')).toThrow(
      new RangeError('attackSchedule: preset must be one of paper, released, small, got large'),
    );
  });
});
