/**
 * Runs tasks, at most `limit` at a time. When one fails, the others are aborted and awaited before its error is thrown.
 */
export async function runConcurrently(
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<void> {
  const failure = new AbortController();
  const own = AbortSignal.any([signal, failure.signal]);
  const queue = [...tasks];
  const lane = async () => {
    for (let next = queue.shift(); next && !own.aborted; next = queue.shift()) {
      await next(own).catch((error) => {
        failure.abort(failure.signal.aborted ? undefined : error);
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  own.throwIfAborted();
}
