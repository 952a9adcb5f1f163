import { describe, expect, test } from 'vitest';
import { defaultFolder, parseStudyOptions, UsageError } from '../full-study/options.ts';

describe('parseStudyOptions', () => {
  test('leaves open what is not said', () => {
    expect(parseStudyOptions([])).toEqual({
      preset: undefined,
      cohort: undefined,
      policy: undefined,
      engine: undefined,
      seed: undefined,
      out: undefined,
      resume: false,
    });
  });

  test('reads every option', () => {
    const args =
      '--preset small --cohort a.csv --policy crop --engine cpu --seed 7 --out x --resume'.split(
        ' ',
      );
    expect(parseStudyOptions(args)).toMatchObject({
      preset: 'small',
      cohort: 'a.csv',
      policy: 'crop',
      engine: 'cpu',
      seed: 7,
      out: 'x',
      resume: true,
    });
  });

  test.each([
    [
      ['--preset', 'huge'],
      '--preset must be small or medium or large or paper-low or paper-high, got huge',
    ],
    [
      ['--engine', 'cuda'],
      '--engine must be tensorflow-gpu or onnx-cuda or tensorflow or webgpu or onnx-webgpu or onnx or wasm or cpu or auto, got cuda',
    ],
    [['--policy', 'fit'], '--policy must be pad or stretch or crop or canvas, got fit'],
    [['--seed', '-1x'], /--seed/],
    [['--seed', '1.5'], '--seed must be a whole number from 0 on, got 1.5'],
    [['--seed='], '--seed must be a whole number from 0 on, got '],
    [['--sed', '1'], /Unknown option '--sed'/],
    [['small'], /Unexpected argument 'small'/],
  ])('refuses %j', (args, message) => {
    expect(() => parseStudyOptions(args)).toThrow(UsageError);
    expect(() => parseStudyOptions(args)).toThrow(message);
  });
});

test('the default folder names what decides the study', () => {
  const folder = (...args: string[]) => defaultFolder(parseStudyOptions(args));
  expect(folder()).toBe('study/medium-seed1');
  expect(folder('--preset', 'small', '--seed', '4')).toBe('study/small-seed4');
  expect(folder('--cohort', 'data/my cohort.csv')).toBe('study/medium-my_cohort-seed1');
});
