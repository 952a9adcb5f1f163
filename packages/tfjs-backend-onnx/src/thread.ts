import { parentPort, Worker, workerData } from 'node:worker_threads';

/** What a training function may use besides its input. */
export interface ThreadContext<Report> {
  /** Sends a structured-cloneable report, such as a step and its loss, to the thread that waits. */
  readonly report: (report: Report) => void;
  /** Aborts when the waiting side gives up: look at it between steps. */
  readonly signal: AbortSignal;
}

/** How {@link runInThread} waits. */
export interface RunInThreadOptions<Report> {
  /** Called with every report, in order. */
  readonly onReport?: (report: Report) => void;
  /** Stops the training: its own signal aborts, and the thread is ended when it has not stopped after `graceMs`. */
  readonly signal?: AbortSignal;
  /** Milliseconds that an aborted training is given to stop by itself; default 10,000. */
  readonly graceMs?: number;
}

type Message<Output, Report> =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'done'; readonly output: Output }
  | {
      readonly kind: 'failed';
      readonly name: string;
      readonly message: string;
      readonly stack: string;
    };

const GRACE_MS = 10_000;

/**
 * Runs a training in a thread of its own. ONNX Runtime blocks the thread that computes, even behind `await`: a program that
 * must answer meanwhile (a server, a progress line, Ctrl-C) trains elsewhere. The thread owns every tensor; input, reports
 * and output are copied by structured cloning.
 *
 * @param script a module that calls {@link serveThread}
 * @returns what the training function returned
 * @throws what the training function threw (name, message and stack); the signal's reason when it was aborted; Error if
 *   the thread ended without an answer
 * @example
 * // train.js: serveThread(async (input, { report, signal }) => { …train on tf…; return weights; });
 * const weights = await runInThread(new URL('./train.js', import.meta.url), { steps: 100 });
 */
export async function runInThread<Input, Output, Report = unknown>(
  script: URL,
  input: Input,
  options: RunInThreadOptions<Report> = {},
): Promise<Output> {
  const { onReport, signal, graceMs = GRACE_MS } = options;
  signal?.throwIfAborted();
  const worker = new Worker(script, { workerData: input });
  let grace: NodeJS.Timeout | undefined;
  const abort = (): void => {
    worker.postMessage('abort');
    grace = setTimeout(() => worker.terminate(), graceMs);
  };
  signal?.addEventListener('abort', abort);
  try {
    return await new Promise<Output>((resolve, reject) => {
      const fail = (error: Error): void => reject(signal?.aborted ? signal.reason : error);
      worker.on('message', (message: Message<Output, Report>) => {
        if (message.kind === 'report') onReport?.(message.report);
        else if (message.kind === 'done') resolve(message.output);
        else
          fail(
            Object.assign(new Error(message.message), { name: message.name, stack: message.stack }),
          );
      });
      worker.on('error', fail);
      worker.on('exit', (code) =>
        fail(new Error(`runInThread: the thread ended without an answer, with code ${code}`)),
      );
    });
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

/**
 * Answers {@link runInThread} from inside the thread: calls `train` with the input and sends back what it returns or throws.
 *
 * @throws Error outside of a worker thread
 */
export async function serveThread<Input, Output, Report = unknown>(
  train: (input: Input, context: ThreadContext<Report>) => Promise<Output>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('serveThread: must be called in a worker thread');
  const send = (message: Message<Output, Report>): void => port.postMessage(message);
  const aborting = new AbortController();
  port.on('message', () => aborting.abort());
  try {
    const output = await train(workerData as Input, {
      report: (report) => send({ kind: 'report', report }),
      signal: aborting.signal,
    });
    send({ kind: 'done', output });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'failed', name, message, stack: stack ?? message });
  }
}
