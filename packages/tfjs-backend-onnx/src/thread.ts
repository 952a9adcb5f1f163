import { parentPort, Worker, workerData } from 'node:worker_threads';

/** What a training function may use besides its input. */
export interface ThreadContext<Report> {
  /** Sends a structured-cloneable report, such as a step and its loss, to the thread that waits. Throws once the signal has aborted. */
  readonly report: (report: Report) => void;
  /** Aborts when the waiting side gives up: look at it between steps. */
  readonly signal: AbortSignal;
}

/** How {@link runInThread} waits. */
export interface RunInThreadOptions<Report> {
  /** Called with every report, in order. */
  readonly onReport?: (report: Report) => void;
  /** Stops the training: its own signal aborts, and its next report throws. */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds after which an aborted training that does not stop is no longer waited for; default 10,000. Its thread is
   * left to itself and does not keep the process alive: to end it by force inside ONNX Runtime would end the whole process.
   */
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
  let abort = (): void => undefined;
  let isAnswered = true;
  try {
    return await new Promise<Output>((resolve, reject) => {
      const fail = (error: Error): void => reject(signal?.aborted ? signal.reason : error);
      abort = () => {
        worker.postMessage('abort');
        grace = setTimeout(() => {
          isAnswered = false;
          reject(signal?.reason);
        }, graceMs);
      };
      signal?.addEventListener('abort', abort);
      worker.on('message', (message: Message<Output, Report>) => {
        if (message.kind === 'report') onReport?.(message.report);
        else if (message.kind === 'done') resolve(message.output);
        else fail(revive(message));
      });
      worker.on('error', fail);
      worker.on('exit', (code) =>
        fail(new Error(`runInThread: the thread ended without an answer, with code ${code}`)),
      );
    });
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener('abort', abort);
    if (isAnswered) await worker.terminate();
    else worker.unref();
  }
}

const revive = ({
  name,
  message,
  stack,
}: {
  name: string;
  message: string;
  stack: string;
}): Error => Object.assign(new Error(message), { name, stack });

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
      report: (report) => {
        aborting.signal.throwIfAborted();
        send({ kind: 'report', report });
      },
      signal: aborting.signal,
    });
    send({ kind: 'done', output });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    send({ kind: 'failed', name, message, stack: stack ?? message });
  }
}
