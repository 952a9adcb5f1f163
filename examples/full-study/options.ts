import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { choiceOption, seedOption, UsageError } from '@mammo/command-line';
import type { FitPolicy } from '@mammo/mammo-io';
import { ENGINES, type EngineChoice } from '@mammo/tfjs-engine';
import { PRESETS, type PresetName } from './presets.ts';

export { UsageError } from '@mammo/command-line';

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
}

const POLICIES: readonly FitPolicy[] = ['pad', 'stretch', 'crop', 'canvas'];

export const HELP = `Usage: npm run study -- [options]

Rerun the study of Zhou et al. (Nature Communications 2021) on this machine.

  --preset   ${Object.keys(PRESETS).join(' | ')}   (default medium)
  --cohort   manifest.csv with your own mammograms   (default: the synthetic cohort)
  --policy   ${POLICIES.join(' | ')}   (default pad: how your images come to the preset's size)
  --engine   ${[...ENGINES, 'auto'].join(' | ')}   (default auto)
  --seed     whole number   (default 1)
  --out      folder for everything that the study writes   (default study/<preset>-seed<N>)
  --resume   go on with the study in that folder

Examples:
  npm run study -- --preset small
  npm run study -- --preset small --cohort manifest.csv --policy pad --seed 7 --out mine

Exit codes: 0 done, 1 the input has problems, 2 wrong usage, 130 stopped by Ctrl-C.
Research software for safety studies, not a medical device.
`;

/** Reads the command line. @throws UsageError naming the option, what it accepts and what it got. */
export function parseStudyOptions(args: readonly string[]): StudyOptions {
  const values = readFlags(args);
  return {
    preset: choiceOption('preset', values.preset, Object.keys(PRESETS) as PresetName[]),
    cohort: values.cohort,
    policy: choiceOption('policy', values.policy, POLICIES),
    engine: choiceOption('engine', values.engine, [...ENGINES, 'auto']),
    seed: seedOption(values.seed),
    out: values.out,
    resume: values.resume ?? false,
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
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
