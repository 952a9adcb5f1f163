import { type AttackStage, type AttackStageName, isAdversarial } from './attack-stage.ts';
import type { AttackValidation } from './attack-validation.ts';
import { meetsBounds, shouldStop } from './stop-rule.ts';

/** The losses of one training step; absent where the step did not compute them. */
export interface AttackLosses {
  /** Loss_dis, equation (4). */
  readonly lossDiscriminator?: number;
  /** GP(x), equation (6). */
  readonly penalty?: number;
  /** s(x), the mean score of real images of the target class. */
  readonly scoreReal?: number;
  /** s(y_fn), the mean score of fakes, as the discriminator's step saw it. */
  readonly scoreFake?: number;
  /** s(x) − s(y_fn). */
  readonly gap?: number;
  /** Loss_gen2, equation (8), or Loss_gen1 while reconstructing. */
  readonly lossGenerator?: number;
  /** Loss_gen1, equation (7). */
  readonly lossGen1?: number;
}

/** The means of the losses since the row before, and perhaps a validation. */
export interface AttackHistoryRow extends AttackLosses {
  /** The stage that the steps belong to. */
  readonly stage: AttackStageName;
  /** Steps trained so far. */
  readonly step: number;
  /** Of the generator after `step`; absent where it was not validated. */
  readonly validation?: AttackValidation;
  /** Whether this generator was the best so far. */
  readonly kept?: boolean;
}

/** The generator that the validation chose. */
export interface ChosenGenerator {
  /** Steps trained until then. */
  readonly step: number;
  /** Its score by the selection function. */
  readonly score: number;
  /** What the score is of. */
  readonly validation: AttackValidation;
}

/** Where a training is: everything but its tensors, and plain enough for JSON. */
export interface AttackPosition {
  /** Steps trained so far. */
  step: number;
  /** Index of the stage. */
  stage: number;
  /** Steps of the stage so far. */
  stageSteps: number;
  /** What the stage's stop rule looks at. */
  gaps: number[];
  reconstructions: number[];
  contentValidations: number;
  /** Sums and counts of the losses since the last row of the history. */
  sums: Record<string, { sum: number; count: number }>;
  history: AttackHistoryRow[];
  chosen?: ChosenGenerator;
  /** Set when there is nothing left to train. */
  endedBy?: 'last step' | 'stop rule';
}

/** The position before the first step. */
export function startOf(stages: readonly AttackStage[]): AttackPosition {
  const position: AttackPosition = {
    step: 0,
    stage: -1,
    stageSteps: 0,
    gaps: [],
    reconstructions: [],
    contentValidations: 0,
    sums: {},
    history: [],
  };
  enterNextStage(position, stages);
  return position;
}

/** Counts a step and its losses. */
export function recordStep(
  position: AttackPosition,
  stage: AttackStage,
  losses: AttackLosses,
): void {
  position.step++;
  position.stageSteps++;
  const window = ruleWindow(stage);
  if (losses.gap !== undefined) position.gaps = [...position.gaps, losses.gap].slice(-window);
  if (losses.lossGen1 !== undefined) {
    position.reconstructions = [...position.reconstructions, losses.lossGen1].slice(-window);
  }
  for (const [name, value] of Object.entries(losses)) {
    position.sums[name] ??= { sum: 0, count: 0 };
    const entry = position.sums[name];
    entry.sum += value;
    entry.count++;
  }
}

/** Whether the generator has to be validated now: in turn, or as the last one of an adversarial stage. */
export function needsValidation(
  { step }: AttackPosition,
  { name }: AttackStage,
  { validateEvery, stageEnds }: { readonly validateEvery: number; readonly stageEnds: boolean },
): boolean {
  if (name === 'critic-warm-up') return false; // the generator does not change
  return step % validateEvery === 0 || (stageEnds && isAdversarial(name));
}

/** Whether the stage is over: its steps are used up, or its rule says so. */
export function stageIsOver(position: AttackPosition, stage: AttackStage): boolean {
  return position.stageSteps >= stage.maxSteps || ruleHolds(position, stage);
}

/** Writes a row of the history and, after an adversarial step, the choice of the generator. */
export function recordRow(
  position: AttackPosition,
  { name: stage, stopWhen }: AttackStage,
  validated?: { readonly validation: AttackValidation; readonly score: number },
): void {
  const means: Record<string, number> = {};
  for (const [name, { sum, count }] of Object.entries(position.sums)) means[name] = sum / count;
  position.sums = {};
  const row: AttackHistoryRow = { stage, step: position.step, ...means };
  if (validated === undefined) {
    position.history.push(row);
    return;
  }
  const { validation, score } = validated;
  const kept =
    isAdversarial(stage) && (position.chosen === undefined || score > position.chosen.score);
  if (kept) position.chosen = { step: position.step, score, validation };
  if (position.chosen && meetsBounds(stopWhen, position.chosen.validation)) {
    position.contentValidations++;
  }
  position.history.push({ ...row, validation, kept });
}

/** Goes on to the next stage, or ends the training. */
export function leaveStage(position: AttackPosition, stages: readonly AttackStage[]): void {
  const stage = stages[position.stage] as AttackStage;
  if (stage.stopEnds === 'training' && ruleHolds(position, stage)) position.endedBy = 'stop rule';
  else enterNextStage(position, stages, ruleHolds(position, stage));
}

function enterNextStage(
  position: AttackPosition,
  stages: readonly AttackStage[],
  byRule = false,
): void {
  do position.stage++;
  while (stages[position.stage]?.maxSteps === 0);
  position.stageSteps = 0;
  position.gaps = [];
  position.reconstructions = [];
  position.contentValidations = 0;
  if (stages[position.stage] === undefined) position.endedBy = byRule ? 'stop rule' : 'last step';
}

function ruleHolds(position: AttackPosition, { stopWhen }: AttackStage): boolean {
  return stopWhen !== undefined && shouldStop(stopWhen, position);
}

function ruleWindow({ stopWhen }: AttackStage): number {
  return stopWhen !== undefined && 'window' in stopWhen ? stopWhen.window : 1;
}
