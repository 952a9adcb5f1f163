/** A file that is no saved state of PyTorch, is damaged, or asks for more than tensors. */
export class TorchFileError extends Error {
  /** For telling it apart where `instanceof` cannot. */
  override readonly name = 'TorchFileError';
}
