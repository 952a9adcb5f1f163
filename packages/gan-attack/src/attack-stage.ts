import type { ChangePenaltyOptions } from './change-penalty.ts';
import type { StopRule } from './stop-rule.ts';

/**
 * The stages of an attack, in the paper's order:
 * - `'reconstruct'`: the generator alone learns to return its input (Loss_gen1);
 * - `'critic-warm-up'`: the discriminator's new last layer learns to tell the classes apart (Loss_dis);
 * - `'adversarial-head'`, `'adversarial-fnet'`, `'adversarial-vnet'`: the discriminator's last layer, then Fnet too,
 *   then Vnet too, against the generator (Loss_gen2).
 */
export type AttackStageName =
  | 'reconstruct'
  | 'critic-warm-up'
  | 'adversarial-head'
  | 'adversarial-fnet'
  | 'adversarial-vnet';

/** The parts of the discriminator by the first word of their weights' names. */
export type DiscriminatorPart = 'head' | 'fnet' | 'vnet';

/** Learning rates of Adam; every part that the stage trains needs one. */
export interface StageLearningRates {
  /** Of the generator; the paper's is 1e-4 while reconstructing, else 1e-5. */
  readonly generator?: number;
  /** Of the discriminator's new last layer; the paper's is 1e-4. */
  readonly head?: number;
  /** Of Fnet, the layers before it; the paper's is 1e-4. */
  readonly fnet?: number;
  /** Of Vnet, the first layers; the paper's is 1e-5. */
  readonly vnet?: number;
}

/** One stage of an attack, as data. */
export interface AttackStage {
  /** Says which loss is minimised, and which parts of the discriminator learn. */
  readonly name: AttackStageName;
  /** The stage ends after so many steps at the latest; 0 skips it. */
  readonly maxSteps: number;
  /** Of the parts that learn in this stage. */
  readonly learningRates: StageLearningRates;
  /** In adversarial stages the generator learns in every so many-th step; by default 1. The paper's is 5. */
  readonly generatorEvery?: number;
  /** Factor of Loss_gen1 in Loss_gen2; by default 1, as in the paper. */
  readonly reconstructionWeight?: number;
  /** What a change costs in Loss_gen2 beyond Loss_gen1; absent: nothing, as in the paper. */
  readonly changePenalty?: ChangePenaltyOptions;
  /** Ends the stage early. */
  readonly stopWhen?: StopRule;
  /** What `stopWhen` ends: this stage, or the whole training. By default `'stage'`. */
  readonly stopEnds?: 'stage' | 'training';
}

const PARTS: Readonly<Record<AttackStageName, readonly DiscriminatorPart[]>> = {
  reconstruct: [],
  'critic-warm-up': ['head'],
  'adversarial-head': ['head'],
  'adversarial-fnet': ['head', 'fnet'],
  'adversarial-vnet': ['head', 'fnet', 'vnet'],
};

/** The parts of the discriminator that a stage trains. */
export function trainedParts(name: AttackStageName): readonly DiscriminatorPart[] {
  return PARTS[name];
}

/** Whether a stage trains the generator against the discriminator. */
export function isAdversarial(name: AttackStageName): boolean {
  return name.startsWith('adversarial');
}

/** Whether the generator learns in a stage's step, counted from 0: in every `generatorEvery`-th. */
export function trainsGenerator(
  { name, generatorEvery = 1 }: AttackStage,
  stageStep: number,
): boolean {
  if (name === 'reconstruct') return true;
  return isAdversarial(name) && stageStep % generatorEvery === generatorEvery - 1;
}

/** @throws RangeError if a stage is not one that can be run */
export function checkAttackStages(stages: readonly AttackStage[]): void {
  if (!stages.some((stage) => stage.maxSteps > 0)) {
    throw new RangeError('trainAttack: stages must hold a stage of at least one step, got none');
  }
  for (const stage of stages) checkStage(stage);
}

function checkStage(stage: AttackStage): void {
  const { name, maxSteps, learningRates, generatorEvery = 1 } = stage;
  if (PARTS[name] === undefined) {
    throw new RangeError(
      `trainAttack: a stage's name must be one of ${Object.keys(PARTS).join(', ')}, got ${name}`,
    );
  }
  const fail = (what: string, value: unknown): never => {
    throw new RangeError(`trainAttack: stage ${name}: ${what}, got ${value}`);
  };
  if (!Number.isSafeInteger(maxSteps) || maxSteps < 0) {
    fail('maxSteps must be an integer from 0 on', maxSteps);
  }
  if (!Number.isSafeInteger(generatorEvery) || generatorEvery < 1) {
    fail('generatorEvery must be a positive integer', generatorEvery);
  }
  for (const [weight, value] of lossWeights(stage)) {
    if (!(value >= 0 && value < Infinity)) {
      fail(`${weight} must be finite and not negative`, value);
    }
  }
  for (const part of learners(name)) {
    const rate = learningRates[part];
    if (rate === undefined || !(rate > 0 && rate < Infinity)) {
      fail(`learningRates.${part} must be a positive number`, rate);
    }
  }
}

/** Who learns in a stage. */
function learners(name: AttackStageName): readonly (keyof StageLearningRates)[] {
  const generator = name === 'reconstruct' || isAdversarial(name) ? (['generator'] as const) : [];
  return [...generator, ...PARTS[name]];
}

/** What the terms of the generator's loss weigh, by name. */
function lossWeights({ reconstructionWeight = 1, changePenalty }: AttackStage) {
  const ofChange = Object.entries(changePenalty ?? {});
  return [
    ['reconstructionWeight', reconstructionWeight] as const,
    ...ofChange.map(([term, weight]) => [`changePenalty.${term}`, weight] as const),
  ];
}
