import type { View } from './layout.ts';

/** Names tfjs's kernel and the shapes, as far as ONNX Runtime says at which node it stopped. */
export function computationError(error: Error, { shape, value }: View): Error {
  const place = /Name:'([^'#]+) #/.exec(error.message)?.[1];
  const kernel = place ?? `${value.node?.kernel ?? 'upload'} [${value.shape}]`;
  const [reason] = error.message.split('\n');
  return new Error(`onnx backend: ${kernel} failed for a tensor [${shape}]: ${reason}`, {
    cause: error,
  });
}
