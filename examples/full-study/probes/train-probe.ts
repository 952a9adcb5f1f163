import {
  type Adversary,
  type CadModel,
  type CadOptions,
  type CadSchedule,
  cadSchedule,
  createCadModel,
  scoreBatch,
  trainCad,
} from '@mammo/cad-classifier';
import {
  type AttackSchedule,
  type AttackStage,
  attackSchedule,
  type Generator,
  type GeneratorOptions,
  generatorOptions,
  trainAttack,
} from '@mammo/gan-attack';
import { type ImageSet, subset } from '@mammo/mammo-io';
import { DIRECTIONS, type Direction } from '../fakes.ts';
import { type Fidelity, fidelityOf } from '../stages/fidelity.ts';
import { generatePixels } from '../stages/make-fakes.ts';
import {
  type ProbeScene,
  type TestPairs,
  testSources,
  type VictimOutcome,
  victimOutcome,
} from './probe-scene.ts';

/** How an AI for a probe is trained. */
export interface ProbeCad {
  readonly options: CadOptions;
  readonly seed: number;
  readonly loss?: CadSchedule['loss'];
}

/** Trains another AI on the study's cohort, for as long as its own. */
export async function trainProbeCad(
  { options, seed, loss }: ProbeCad,
  scene: ProbeScene,
  note: string,
): Promise<CadModel> {
  const { set, record } = scene.cohort;
  const schedule = { ...cadSchedule('small'), ...(loss && { loss }) };
  const { initialiser = 'xavier' } = schedule;
  const model = createCadModel(options, { seed, initialiser });
  const sets = {
    training: subset(set, record.splits.training),
    validation: subset(set, record.splits.validation),
  };
  await trainOn(model, sets, { schedule, seed, note, scene });
  return model;
}

/** Trains a model, telling how far it is. */
export async function trainOn(
  model: CadModel,
  sets: { readonly training: ImageSet; readonly validation: ImageSet },
  run: {
    readonly schedule: CadSchedule;
    readonly seed: number;
    readonly note: string;
    readonly scene: ProbeScene;
    readonly adversary?: Adversary;
  },
): Promise<void> {
  const { schedule, seed, note, scene, adversary } = run;
  await trainCad(model, sets, {
    schedule,
    seed,
    validationBatch: scene.scoring.batch,
    onStep: ({ step, totalSteps, bestAuc }) =>
      scene.context.report({
        done: step,
        total: totalSteps,
        note: bestAuc === undefined ? note : `${note}, validation AUC ${bestAuc.toFixed(3)}`,
      }),
    signal: scene.context.signal,
    ...(adversary && { adversary }),
  });
}

/** How an attack for a probe differs from the study's. */
export interface ProbeAttack {
  readonly generator?: Partial<GeneratorOptions>;
  readonly stages?: (stages: readonly AttackStage[]) => readonly AttackStage[];
  readonly penaltyWeight?: number;
}

/** What came of an attack of both directions. */
export interface AttackOutcome extends VictimOutcome {
  readonly fidelity: Readonly<Record<Direction, Fidelity>>;
  readonly steps: Readonly<Record<Direction, number>>;
}

/** Trains generators of both directions against an AI and tries them on the test images. */
export async function probeAttack(
  cad: CadModel,
  attack: ProbeAttack,
  scene: ProbeScene,
): Promise<AttackOutcome> {
  const generators = {} as Record<Direction, Generator>;
  const steps = {} as Record<Direction, number>;
  try {
    for (const direction of DIRECTIONS) {
      const trained = await trainDirection(cad, { attack, direction }, scene);
      generators[direction] = trained.generator;
      steps[direction] = trained.steps;
    }
    const { pairs: _, ...outcome } = await tryGenerators(generators, { ...scene, cad });
    return { ...outcome, steps };
  } finally {
    for (const generator of Object.values(generators)) generator.dispose();
  }
}

/** Makes fakes of the test images, measures them and shows them to the scene's AI. */
export async function tryGenerators(
  generators: Readonly<Record<Direction, Generator>>,
  scene: ProbeScene,
): Promise<Omit<AttackOutcome, 'steps'> & { readonly pairs: TestPairs }> {
  const pairs = {} as { -readonly [D in Direction]: TestPairs[D] };
  const fidelity = {} as Record<Direction, Fidelity>;
  const { cohort, cad, scoring } = scene;
  for (const direction of DIRECTIONS) {
    const { sources, real } = await testSources(cohort, direction);
    const fake = await generatePixels(generators[direction], cohort.set, sources, scoring);
    pairs[direction] = { sources, real, fake };
    fidelity[direction] = await fidelityOf(cohort, sources, fake);
  }
  return { ...(await victimOutcome(cad, pairs, scene)), fidelity, pairs };
}

function trainDirection(
  cad: CadModel,
  { attack, direction }: { readonly attack: ProbeAttack; readonly direction: Direction },
  { input, cohort, scoring, context }: ProbeScene,
) {
  const { set, record } = cohort;
  const generator = generatorOptions(input.preset, attack.generator);
  const usual = attackSchedule('small', { output: generator.output, direction });
  const schedule: AttackSchedule = {
    ...usual,
    stages: attack.stages ? attack.stages(usual.stages) : usual.stages,
  };
  const total = schedule.stages.reduce((sum, { maxSteps }) => sum + maxSteps, 0);
  return trainAttack({
    direction,
    victim: { score: (grey) => scoreBatch(cad, grey), backbone: cad },
    cohort: {
      training: subset(set, record.splits.training),
      validation: subset(set, record.splits.validation),
    },
    generator,
    schedule,
    seed: input.seed,
    ...(attack.penaltyWeight !== undefined && { penalty: { k: attack.penaltyWeight } }),
    validationBatch: scoring.batch,
    onStep: ({ step, stage }) =>
      context.report({ done: step, total, note: `${direction}, ${stage}` }),
    signal: context.signal,
  });
}
