import { Worker } from 'node:worker_threads';
import { ImageFileError, type ImageFileErrorCode } from './image-file-error.ts';

/** How {@link mapInThreads} works. */
export interface MapInThreadsOptions<Task, Result> {
  /** The program of a thread: it calls serveTasks with the same function as `run`. */
  readonly script: URL;
  /** Does a task in this thread, where there are no others. */
  readonly run: (task: Task) => Promise<Result>;
  /** Threads; 0 does everything in this one. */
  readonly threads: number;
  /** Tasks begun and results waiting, together. */
  readonly prefetch: number;
  readonly signal?: AbortSignal | undefined;
}

/** The outcome of a task. */
export type TaskOutcome<Task, Result> =
  | { readonly task: Task; readonly result: Result }
  | { readonly task: Task; readonly error: Error };

/**
 * Does tasks in worker threads and yields their outcomes in the order of the tasks; no more than `prefetch` of them are begun
 * or waiting at a time. Leaving the loop, or the signal, ends the threads when they have finished what they were at.
 *
 * Run from its TypeScript source by a Node that cannot load it in threads, everything is done in this thread.
 *
 * @throws the signal's reason
 */
export async function* mapInThreads<Task, Result>(
  tasks: Iterable<Task>,
  options: MapInThreadsOptions<Task, Result>,
): AsyncGenerator<TaskOutcome<Task, Result>, void, undefined> {
  const { prefetch, signal } = options;
  const pool = createPool(options);
  const begun: Promise<TaskOutcome<Task, Result>>[] = [];
  const begin = (task: Task): Promise<TaskOutcome<Task, Result>> =>
    pool.run(task).then(
      (result) => ({ task, result }),
      (error: Error) => ({ task, error }),
    );
  const aborted = rejectionOf(signal);
  try {
    for (const task of tasks) {
      signal?.throwIfAborted();
      if (begun.length >= prefetch) yield await Promise.race([begun.shift()!, aborted.promise]);
      begun.push(begin(task));
    }
    while (begun.length > 0) yield await Promise.race([begun.shift()!, aborted.promise]);
  } finally {
    aborted.forget();
    await pool.close();
  }
}

/** A promise that rejects when the signal aborts. */
function rejectionOf(signal: AbortSignal | undefined) {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    if (signal === undefined) return;
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort);
    forget = () => signal.removeEventListener('abort', abort);
  });
  promise.catch(() => undefined);
  return { promise, forget: () => forget() };
}

interface Pool<Task, Result> {
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

function createPool<Task, Result>(options: MapInThreadsOptions<Task, Result>): Pool<Task, Result> {
  const { script, threads, run } = options;
  const loadable =
    !script.pathname.endsWith('.ts') || Boolean(Reflect.get(process.features, 'typescript'));
  if (threads > 0 && loadable) return new ThreadPool(script, threads);
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (task) => {
      const done = last.then(() => run(task));
      last = done.catch(() => undefined);
      return done;
    },
    close: async () => {
      await last;
    },
  };
}

/** A message of a thread: the outcome of its task. */
export type ThreadMessage<Result> =
  | { readonly result: Result }
  | { readonly failure: { readonly message: string; readonly code?: string } };

interface Waiting<Task, Result> {
  readonly task: Task;
  /** Resolves when the task is done or has failed. */
  readonly settled: Promise<void>;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

class ThreadPool<Task, Result> implements Pool<Task, Result> {
  readonly #idle: Worker[];
  readonly #threads: readonly Worker[];
  readonly #queue: Waiting<Task, Result>[] = [];
  readonly #current = new Map<Worker, Waiting<Task, Result>>();
  #failure: Error | undefined;

  constructor(script: URL, threads: number) {
    this.#threads = Array.from({ length: threads }, () => this.#start(script));
    this.#idle = [...this.#threads];
  }

  run(task: Task): Promise<Result> {
    if (this.#failure) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = withResolvers<Result>();
    const settled = promise.then(
      () => undefined,
      () => undefined,
    );
    this.#queue.push({ task, settled, resolve, reject });
    this.#next();
    return promise;
  }

  /** Tasks that were begun are finished first, so that no thread is stopped while it writes a file. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    await Promise.all([...this.#current.values()].map((waiting) => waiting.settled));
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #start(script: URL): Worker {
    // of `node --input-type=module -e …` a thread must not inherit the type
    const execArgv = process.execArgv.filter((option) => !option.startsWith('--input-type'));
    const thread = new Worker(script, { execArgv });
    thread.on('message', (message: ThreadMessage<Result>) => {
      const waiting = this.#current.get(thread);
      this.#current.delete(thread);
      if ('result' in message) waiting?.resolve(message.result);
      else waiting?.reject(revived(message.failure));
      this.#idle.push(thread);
      this.#next();
    });
    thread.on('error', (error) => this.#lose(thread, error));
    thread.on('exit', (code) => this.#lose(thread, new Error(`a thread ended with code ${code}`)));
    return thread;
  }

  #next(): void {
    const waiting = this.#idle.length > 0 ? this.#queue.shift() : undefined;
    if (waiting === undefined) return;
    const thread = this.#idle.shift()!;
    this.#current.set(thread, waiting);
    thread.postMessage(waiting.task);
  }

  /** A thread that ended fails its task, and when it was the last one all that wait. */
  #lose(thread: Worker, error: Error): void {
    this.#current.get(thread)?.reject(error);
    this.#current.delete(thread);
    const at = this.#idle.indexOf(thread);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#idle.length > 0 || this.#current.size > 0) return;
    this.#failure = error;
    for (const waiting of this.#queue.splice(0)) waiting.reject(error);
  }
}

/** `Promise.withResolvers` of newer versions. */
function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function revived({ message, code }: { readonly message: string; readonly code?: string }): Error {
  return code === undefined
    ? new Error(message)
    : new ImageFileError(code as ImageFileErrorCode, message);
}
