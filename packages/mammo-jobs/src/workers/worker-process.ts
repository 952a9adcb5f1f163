import { type ChildProcess, fork } from 'node:child_process';
import type { ChunkReply, ChunkRequest, FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { isSystemFailure } from './system-failure.ts';
import { WorkerError } from './worker-error.ts';

/** How the processes of a pool run. */
export interface WorkerLimits {
  /** Time for a chunk, after which its process is ended. */
  readonly timeoutMs: number;
  /** Memory above which a process is replaced by a new one between two chunks. */
  readonly memoryMiB: number;
  /** Options of Node for the processes; default: those of this one. */
  readonly execArgv?: readonly string[] | undefined;
}

/** A process that does one chunk after the other. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** @throws WorkerError */
  run(request: ChunkRequest): Promise<ChunkReply>;
  /** Whether it can do another chunk. */
  isUsable(): boolean;
  /** Ends it at once, and waits for its end. */
  kill(): Promise<void>;
}

/**
 * Starts a worker. Processes, not threads: a thread inside ONNX Runtime cannot be ended without ending the whole program, and an
 * image that makes a decoder crash must not take more than one worker with it.
 *
 * @throws WorkerError `setup` if it says that it cannot begin, or `died` if it ends before it says anything
 */
export async function startWorker(
  setup: WorkerSetup,
  limits: WorkerLimits,
): Promise<WorkerProcess> {
  const child = fork(childProgram(), {
    execArgv: [...(limits.execArgv ?? process.execArgv)],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let last: ChunkReply | undefined;
  const worker: WorkerProcess = {
    pid: child.pid,
    run: async (request) => {
      const answer = await ask(child, { kind: 'chunk', request }, limits.timeoutMs);
      if (answer.kind === 'done') {
        last = answer.reply;
        return answer.reply;
      }
      throw errorOf(answer);
    },
    isUsable: () => child.connected && (last?.rssMiB ?? 0) <= limits.memoryMiB,
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
  try {
    const answer = await ask(child, { kind: 'setup', setup }, limits.timeoutMs);
    if (answer.kind === 'failed') {
      const { code, message } = errorOf(answer);
      throw new WorkerError(code === 'system' ? 'system' : 'setup', message);
    }
    return worker;
  } catch (error) {
    await worker.kill();
    throw error;
  }
}

/** Sends a message and waits for the answer, the end of the process, or too long. */
function ask(child: ChildProcess, message: ToWorker, timeoutMs: number): Promise<FromWorker> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit).off('error', onError);
      finish();
    };
    const died = (how: string) => settle(() => reject(new WorkerError('died', `worker: ${how}`)));
    const onMessage = (answer: FromWorker) => settle(() => resolve(answer));
    const onExit = (code: number | null, signal: string | null) =>
      died(`its process ended by ${signal ?? `code ${code}`}`);
    const onError = (error: Error) => died(error.message);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      died(`its process was ended after ${timeoutMs / 1000} s`);
    }, timeoutMs);
    child.on('message', onMessage).on('exit', onExit).on('error', onError);
    if (child.exitCode !== null || child.signalCode !== null)
      onExit(child.exitCode, child.signalCode);
    else child.send(message, (error) => error && died(error.message));
  });
}

function errorOf(answer: FromWorker): WorkerError {
  if (answer.kind !== 'failed') {
    return new WorkerError('failed', `worker: expected a result, got ${answer.kind}`);
  }
  const { failure } = answer;
  return new WorkerError(isSystemFailure(failure) ? 'system' : 'failed', failure.message);
}

/** Beside the source lies the child's source; beside the build its build, an ES module whoever asks for it. */
function childProgram(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../child.ts' : './child.js', import.meta.url);
}
