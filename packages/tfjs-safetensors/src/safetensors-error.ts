/** A file that is not a valid safetensors file, or tensors that cannot be written as one. */
export class SafetensorsError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name: string = 'SafetensorsError';
}
