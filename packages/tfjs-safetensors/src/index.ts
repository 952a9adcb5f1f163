export type { ArrayTensor } from './array-tensor.ts';
export {
  type Checkpoint,
  type CheckpointGuard,
  decodeCheckpoint,
  encodeCheckpoint,
  type TensorGroups,
} from './checkpoint.ts';
export { type DecodedTensor, decodeSafetensors, type SafetensorsFile } from './decode.ts';
export { type Dtype, readElements } from './dtype.ts';
export { encodeSafetensors } from './encode.ts';
export {
  FIELD,
  type FieldCheck,
  type Fields,
  fieldMust,
  fieldProblems,
  isFields,
} from './field-checks.ts';
export { fitTorchWeights } from './fit-weights.ts';
export { SafetensorsError } from './safetensors-error.ts';
export { savedOptions } from './saved-options.ts';
export { fromTorch, type TorchKind, toTorch } from './torch-layout.ts';
export { assignVariables, readVariables } from './variables.ts';
export { checkWeightsDigest, weightsDigest } from './weights-digest.ts';
