import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FitPolicy } from '@mammo/mammo-io';
import { ENGINES, type EngineChoice } from '@mammo/tfjs-engine';
import { PRESETS, type PresetName } from './presets.ts';

/** What the command line asks for; what it leaves open is `undefined` until the study folder decides. */
export interface StudyOptions {
  readonly preset: PresetName | undefined;
  /** Path of a cohort manifest (CSV); without one the synthetic cohort is drawn. */
  readonly cohort: string | undefined;
  /** How images of another shape come to the preset's size. */
  readonly policy: FitPolicy | undefined;
  readonly engine: EngineChoice | undefined;
  readonly seed: number | undefined;
  readonly out: string | undefined;
  readonly resume: boolean;
  readonly help: boolean;
}

const POLICIES: readonly FitPolicy[] = ['pad', 'stretch', 'crop', 'canvas'];

/** A mistake of the caller: reported as one line, without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `Rerun the study of Zhou et al. (Nature Communications 2021) on this machine.

  npm run study -- [options]

  --preset   ${Object.keys(PRESETS).join(' | ')}   (default medium)
  --cohort   manifest.csv with your own mammograms   (default: the synthetic cohort)
  --policy   ${POLICIES.join(' | ')}   (default pad: how your images come to the preset's size)
  --engine   ${[...ENGINES, 'auto'].join(' | ')}   (default auto)
  --seed     whole number   (default 1)
  --out      folder for everything that the study writes   (default study/<preset>-seed<N>)
  --resume   go on with the study in that folder
  --help

Research software for safety studies, not a medical device.`;

/** Reads the command line. @throws UsageError naming the option, what it accepts and what it got. */
export function parseStudyOptions(args: readonly string[]): StudyOptions {
  const values = readFlags(args);
  return {
    preset: oneOf('--preset', values.preset, Object.keys(PRESETS) as PresetName[]),
    cohort: values.cohort,
    policy: oneOf('--policy', values.policy, POLICIES),
    engine: oneOf('--engine', values.engine, [...ENGINES, 'auto']),
    seed: wholeNumber('--seed', values.seed),
    out: values.out,
    resume: values.resume ?? false,
    help: values.help ?? false,
  };
}

/** The folder of a study for which `--out` names none. */
export function defaultFolder(options: StudyOptions): string {
  const cohort = options.cohort
    ? `-${basename(options.cohort, extname(options.cohort)).replace(/[^\w.-]/g, '_')}`
    : '';
  return join('study', `${options.preset ?? 'medium'}${cohort}-seed${options.seed ?? 1}`);
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        preset: { type: 'string' },
        cohort: { type: 'string' },
        policy: { type: 'string' },
        engine: { type: 'string' },
        seed: { type: 'string' },
        out: { type: 'string' },
        resume: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`study: ${(error as Error).message} (try --help)`);
  }
}

function oneOf<T extends string>(flag: string, value: string | undefined, allowed: readonly T[]) {
  if (value === undefined) return undefined;
  const found = allowed.find((name) => name === value);
  if (found === undefined) {
    throw new UsageError(`study: ${flag} must be one of ${allowed.join(', ')}, got ${value}`);
  }
  return found;
}

function wholeNumber(flag: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number > 0xffffffff) {
    throw new UsageError(
      `study: ${flag} must be a whole number from 0 to 4294967295, got ${value || 'nothing'}`,
    );
  }
  return number;
}
