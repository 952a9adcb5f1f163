export {
  type ApplyGeneratorOptions,
  applyGenerator,
  type FakeImage,
} from './apply-generator.ts';
export type { PenaltyOptions } from './attack-gradients.ts';
export type { AttackHistoryRow, AttackLosses, ChosenGenerator } from './attack-position.ts';
export {
  type AttackSchedule,
  type AttackScheduleOptions,
  type AttackSchedulePreset,
  attackSchedule,
} from './attack-schedule.ts';
export type { AttackStage, AttackStageName, StageLearningRates } from './attack-stage.ts';
export type { AttackValidation } from './attack-validation.ts';
export type {
  AttackDirection,
  AttackedNetwork,
  FeatureOptions,
  Victim,
} from './attacked-network.ts';
export { createDiscriminator, type Discriminator } from './discriminator.ts';
export {
  type DiscriminatorLoss,
  type DiscriminatorLossInputs,
  discriminatorLoss,
} from './discriminator-loss.ts';
export { createGenerator, type GenerateOptions, type Generator } from './generator.ts';
export {
  type GeneratorNormalisation,
  type GeneratorOptions,
  type GeneratorOutput,
  type GeneratorPreset,
  generatorOptions,
} from './generator-options.ts';
export { countGeneratorParameters } from './generator-plan.ts';
export { loadGenerator, type SaveGeneratorOptions, saveGenerator } from './generator-weights.ts';
export { logSigmoidScore } from './log-sigmoid-score.ts';
export { lossGen1 } from './loss-gen1.ts';
export { type LossGen2Options, lossGen2 } from './loss-gen2.ts';
export { type SelectionOptions, selectionScore } from './select-generator.ts';
export type { StopRule } from './stop-rule.ts';
export { trainAttack } from './train-attack.ts';
export type {
  AttackProgress,
  AttackScene,
  AttackTrainingResult,
  TrainAttackOptions,
} from './train-attack-options.ts';
