import type { ExitCode } from './command.ts';
import type { Surroundings } from './run-program.ts';

/** Whether Ctrl-C is the commands' affair. */
export interface StartOptions {
  /**
   * `'commands'`: they look at the signal, and leave things in order; asked twice, the process ends at once.
   * `'at-once'` (default): nothing is lost, since files are written whole or not at all.
   */
  readonly stop?: 'commands' | 'at-once';
}

/** Runs a program as this process: its arguments, standard streams and exit code. */
export function startProgram(
  run: (args: readonly string[], surroundings: Surroundings) => Promise<ExitCode>,
  { stop = 'at-once' }: StartOptions = {},
): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // the reader of a pipe has left
    throw error;
  });
  void run(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    terminal: process.stderr.isTTY ?? false,
    ...(stop === 'commands' && { signal: stopSignal() }),
  }).then((code) => {
    process.exitCode = code;
  });
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130); // asked twice: without waiting for what is at work
      stop.abort(new Error('stopped'));
    });
  }
  return stop.signal;
}
