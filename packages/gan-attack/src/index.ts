export {
  type ApplyGeneratorOptions,
  applyGenerator,
  type FakeImage,
  type ImageGenerator,
} from './apply-generator.ts';
export { AttackDivergedError, type AttackDivergence } from './attack-diverged.ts';
export type { PenaltyOptions } from './attack-gradients.ts';
export type { AttackHistoryRow, AttackLosses, ChosenGenerator } from './attack-position.ts';
export {
  ATTACKS,
  type AttackName,
  type AttackRegistry,
  type ClassifierAttackOptions,
  type RegisteredAttack,
} from './attack-registry.ts';
export {
  type AttackSchedule,
  type AttackScheduleOptions,
  type AttackSchedulePreset,
  attackSchedule,
} from './attack-schedule.ts';
export type { AttackStage, AttackStageName, StageLearningRates } from './attack-stage.ts';
export {
  type AttackValidation,
  type MeasureAttackOptions,
  measureAttack,
} from './attack-validation.ts';
export { type ChangePenaltyOptions, changePenalty } from './change-penalty.ts';
export {
  leastSquaresGenerator,
  leastSquaresJudge,
  meanDistance,
} from './cycle-gan/cycle-gan-losses.ts';
export type { CycleWeights } from './cycle-gan/cycle-gan-step.ts';
export {
  createPatchJudge,
  type PatchJudge,
  type PatchJudgeOptions,
} from './cycle-gan/patch-judge.ts';
export { trainCycleGan } from './cycle-gan/train-cycle-gan.ts';
export type {
  CycleGanHistoryRow,
  CycleGanLosses,
  CycleGanTrainingResult,
  TrainCycleGanOptions,
} from './cycle-gan/train-cycle-gan-options.ts';
export { createDiscriminator, type Discriminator } from './discriminator.ts';
export {
  type DiscriminatorLoss,
  type DiscriminatorLossInputs,
  discriminatorLoss,
} from './discriminator-loss.ts';
export { defaultDiscriminatorPenalty } from './discriminator-penalty.ts';
export { createGenerator, type GenerateOptions, type Generator } from './generator.ts';
export {
  type CardedGenerator,
  createGeneratorCard,
  type GeneratorCard,
  type GeneratorCardFacts,
  loadGeneratorWithCard,
  parseGeneratorCard,
} from './generator-card.ts';
export {
  type GeneratorNormalisation,
  type GeneratorOptions,
  type GeneratorOutput,
  type GeneratorPreset,
  generatorOptions,
} from './generator-options.ts';
export { countGeneratorParameters } from './generator-plan.ts';
export { loadGenerator, type SaveGeneratorOptions, saveGenerator } from './generator-weights.ts';
export type { AttackLossName } from './gradient/attack-loss.ts';
export { type AttackOutcome, attackOutcomes } from './gradient/attack-outcome.ts';
export {
  GRADIENT_ATTACKS,
  type GradientAttack,
  type GradientAttackName,
  type GradientAttackOptions,
} from './gradient/attack-registry.ts';
export {
  type AutoProjectedGradientOptions,
  autoProjectedGradient,
} from './gradient/auto-projected-gradient.ts';
export { type CarliniWagnerOptions, carliniWagner } from './gradient/carlini-wagner.ts';
export {
  type AttackTargets,
  binaryClassifier,
  type DifferentiableClassifier,
} from './gradient/classifier.ts';
export { type DeepFoolOptions, deepFool } from './gradient/deep-fool.ts';
export type { PerturbationNorm } from './gradient/norm-ball.ts';
export { type ProjectedGradientOptions, projectedGradient } from './gradient/projected-gradient.ts';
export { type SquareAttackOptions, squareAttack } from './gradient/square.ts';
export {
  type UniversalPerturbationOptions,
  universalPerturbation,
} from './gradient/universal-perturbation.ts';
export {
  type AttackedImages,
  type AttackImagesOptions,
  type GeneratorAttackOptions,
  type GeneratorPair,
  generatorAttack,
  type ImageAttack,
} from './image-attack.ts';
export { logSigmoidScore } from './log-sigmoid-score.ts';
export { lossGen1 } from './loss-gen1.ts';
export { type LossGen2Options, lossGen2 } from './loss-gen2.ts';
export { type SelectionOptions, selectionScore } from './select-generator.ts';
export type { StopRule } from './stop-rule.ts';
export { trainAttack } from './train-attack.ts';
export type {
  AttackCohort,
  AttackProgress,
  AttackTrainingResult,
  TrainAttackOptions,
} from './train-attack-options.ts';
export type {
  AttackDirection,
  Backbone,
  BackboneInput,
  FeatureOptions,
  Victim,
} from './victim.ts';
