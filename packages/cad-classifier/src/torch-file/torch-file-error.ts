/** A file that is no saved state of PyTorch, is damaged, or asks for more than tensors. */
export class TorchFileError extends Error {
  override readonly name = 'TorchFileError';
}
