/** A file that is not a valid safetensors file, or tensors that cannot be written as one. */
export class SafetensorsError extends Error {
  override readonly name: string = 'SafetensorsError';
}
