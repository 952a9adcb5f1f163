export { Adam, type AdamOptions, type AdamState } from './adam.ts';
export { avgPool } from './avg-pool.ts';
export {
  type BatchNormOptions,
  batchNorm,
  type RunningStatistics,
  updateRunningStatistics,
} from './batch-norm.ts';
export { type DropoutMaskOptions, dropoutMask } from './dropout-mask.ts';
export { globalMaxPool } from './global-max-pool.ts';
export { type GradientPenaltyOptions, gradientPenalty } from './gradient-penalty.ts';
export { type GroupNormOptions, groupNorm } from './group-norm.ts';
export { valueAndInputGradient } from './input-gradient.ts';
export { logSoftmax, softmax } from './log-softmax.ts';
export { maxPool } from './max-pool.ts';
export { registerMissingGradients } from './missing-gradients.ts';
export type { PoolWindow } from './pool-window.ts';
export { leakyRelu, relu } from './rectifiers.ts';
export { type ResizeBilinearOptions, resizeBilinear } from './resize-bilinear.ts';
export { logSigmoid, sigmoid, softplus } from './sigmoid.ts';
export { madeForEveryRun, type StepCall, StepRecorder } from './step-recorder.ts';
export { valueAndVariableGradients } from './variable-gradients.ts';
