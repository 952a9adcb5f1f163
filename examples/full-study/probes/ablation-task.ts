import { cadOptions } from '@mammo/cad-classifier';
import type { AttackStage, ChangePenaltyOptions } from '@mammo/gan-attack';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import type { TaskContext } from '../task-context.ts';
import { openScene } from './probe-scene.ts';
import {
  type AttackOutcome,
  type ProbeAttack,
  type ProbeCad,
  probeAttack,
  trainProbeCad,
} from './train-probe.ts';

/** One thing that is done in another way. */
interface Ablation {
  readonly description: string;
  /** The AI is trained anew, with this loss. */
  readonly loss?: NonNullable<ProbeCad['loss']>;
  readonly attack?: ProbeAttack;
}

const every =
  (generatorEvery: number) =>
  (stages: readonly AttackStage[]): readonly AttackStage[] =>
    stages.map((stage) =>
      stage.name.startsWith('adversarial')
        ? { ...stage, generatorEvery, maxSteps: stage.maxSteps * generatorEvery }
        : stage,
    );

/** Loss_gen2 with three times Loss_gen1 and nothing beside it. */
const plainLoss = (stages: readonly AttackStage[]): readonly AttackStage[] =>
  stages.map(({ changePenalty: _, ...stage }) =>
    stage.reconstructionWeight === undefined ? stage : { ...stage, reconstructionWeight: 3 },
  );

/** Changes cost otherwise, in both directions. */
const pricing =
  (price: Partial<ChangePenaltyOptions>) =>
  (stages: readonly AttackStage[]): readonly AttackStage[] =>
    stages.map((stage) =>
      stage.changePenalty === undefined
        ? stage
        : { ...stage, changePenalty: { ...stage.changePenalty, ...price } },
    );

const without =
  (...names: readonly AttackStage['name'][]) =>
  (stages: readonly AttackStage[]): readonly AttackStage[] =>
    stages.filter(({ name }) => !names.includes(name));

/** The ablations by name; each changes one thing of the study. */
export const ABLATIONS = {
  'as-the-study': { description: 'nothing changed, trained once more in this way' },
  'plain-generator-loss': {
    description: 'generator’s loss with 3 · Loss_gen1 and no price on rough and scattered changes',
    attack: { stages: plainLoss },
  },
  'smoothness-20': {
    description: 'rough changes cost 20',
    attack: { stages: pricing({ smoothness: 20 }) },
  },
  'smoothness-1000': {
    description: 'rough changes cost 1000',
    attack: { stages: pricing({ smoothness: 1000 }) },
  },
  'sparsity-1': {
    description: 'scattered changes cost 1',
    attack: { stages: pricing({ sparsity: 1 }) },
  },
  'sparsity-20': {
    description: 'scattered changes cost 20',
    attack: { stages: pricing({ sparsity: 20 }) },
  },
  'penalty-logit-sum': {
    description: 'AI penalised on z₀ + z₁ with k = 10, as in the released program',
    loss: { penalizedOutput: 'logit-sum' },
  },
  'penalty-off': { description: 'AI without penalty', loss: { penaltyWeight: 0 } },
  'discriminator-penalty-off': {
    description: 'discriminator without penalty',
    attack: { penaltyWeight: 0 },
  },
  'batch-norm': {
    description: 'generator with BatchNorm, as in the released program',
    attack: { generator: { normalisation: 'batch' } },
  },
  'whole-image': {
    description: 'generator draws the whole image, as in the paper',
    attack: { generator: { output: 'image' } },
  },
  'no-warm-up': {
    description: 'no stage for the discriminator’s last layer alone',
    attack: { stages: without('critic-warm-up') },
  },
  'head-only': {
    description: 'Fnet of the discriminator is never trained',
    attack: { stages: without('adversarial-fnet') },
  },
  'ratio-1-2': {
    description: 'generator every 2nd step, as many steps of it',
    attack: { stages: every(2) },
  },
  'ratio-1-5': {
    description: 'generator every 5th step as in the paper, as many steps of it',
    attack: { stages: every(5) },
  },
} as const satisfies Readonly<Record<string, Ablation>>;

export type AblationName = keyof typeof ABLATIONS;

export interface AblationRecord extends AttackOutcome {
  readonly name: AblationName;
  readonly description: string;
}

/** Does one thing in another way: trains what depends on it, and tries it on the test images. */
export async function ablationTask(
  { name, ...input }: EvaluationInput & { readonly name: AblationName },
  context: TaskContext,
): Promise<AblationRecord> {
  const { description, loss, attack = {} }: Ablation = ABLATIONS[name];
  const scene = await openScene(input, context);
  const cad = loss
    ? await trainProbeCad(
        { options: cadOptions(input.preset), seed: input.seed, loss },
        scene,
        name,
      )
    : scene.cad;
  try {
    return { name, description, ...(await probeAttack(cad, attack, scene)) };
  } finally {
    if (cad !== scene.cad) cad.dispose();
    scene.cad.dispose();
  }
}
