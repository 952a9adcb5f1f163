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
      help: false,
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
      ['--preset', 'large'],
      'study: --preset must be one of small, medium, paper-low, paper-high, got large',
    ],
    [
      ['--engine', 'cuda'],
      'study: --engine must be one of tensorflow-gpu, onnx-cuda, tensorflow, webgpu, onnx-webgpu, onnx, wasm, cpu, auto, got cuda',
    ],
    [['--policy', 'fit'], 'study: --policy must be one of pad, stretch, crop, canvas, got fit'],
    [['--seed', '-1x'], /study: .*--seed/],
    [['--seed', '1.5'], 'study: --seed must be a whole number from 0 to 4294967295, got 1.5'],
    [['--seed='], 'study: --seed must be a whole number from 0 to 4294967295, got nothing'],
    [['--sed', '1'], /study: Unknown option '--sed'.*--help/],
    [['small'], /study: Unexpected argument 'small'.*--help/],
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
