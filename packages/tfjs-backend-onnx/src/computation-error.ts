import type { Value } from './graph.ts';

/** Names tfjs's kernel and the shapes, as far as ONNX Runtime says at which node it stopped; an input that has failed before is named again. */
export function computationError(error: Error, { shape, node }: Value): Error {
  if (error.message.startsWith('onnx backend: ')) return error;
  const place = /Name:'([^'#]+) #/.exec(error.message)?.[1];
  const kernel = place ?? `${node?.kernel} [${shape}]`;
  const [reason] = error.message.split('\n');
  return new Error(`onnx backend: ${kernel} failed for a tensor [${shape}]: ${reason}`, {
    cause: error,
  });
}
