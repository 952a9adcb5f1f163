export type { ArrayTensor } from './array-tensor.ts';
export { type DecodedTensor, decodeSafetensors, type SafetensorsFile } from './decode.ts';
export type { Dtype } from './dtype.ts';
export { encodeSafetensors } from './encode.ts';
export { SafetensorsError } from './safetensors-error.ts';
export { fromTorch, type TorchKind, toTorch } from './torch-layout.ts';
export { assignVariables, readVariables } from './variables.ts';
