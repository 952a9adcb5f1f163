/**
 * Whether an error says that there was no memory: of V8, of WebAssembly and of ONNX Runtime. A process that was refused memory once
 * is no place for another image; and which image asked for too much, if one did, is found as for those that kill their process.
 */
export function isMemoryFailure(error: unknown): boolean {
  const { message, code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOMEM') return true;
  return /allocation failed|bad_alloc|failed to allocate|out of memory|cannot allocate memory/i.test(
    message ?? '',
  );
}
