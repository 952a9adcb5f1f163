/** A file that does not follow the safetensors format, or weights that do not fit a network. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}
