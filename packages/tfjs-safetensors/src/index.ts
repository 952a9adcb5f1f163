export type { ArrayTensor } from './array-tensor.ts';
export { decodeSafetensors, type SafetensorsContent } from './decode.ts';
export { encodeSafetensors } from './encode.ts';
export { SafetensorsError } from './safetensors-error.ts';
export { fromTorch, toTorch, type WeightKind, weightKind } from './torch-layout.ts';
export { assignVariables, readVariables } from './variables.ts';
