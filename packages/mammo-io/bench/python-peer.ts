import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Cost } from './cost.ts';

/** A Python process that runs jobs one at a time and times them. */
export interface PythonPeer {
  /** Runs a job of the peer's script with an argument; `result` is what it returned. */
  run(job: string, argument: unknown): Promise<Cost & { readonly result: unknown }>;
  stop(): void;
}

/** Reads a job a line, times it and answers a line; the functions named `job_…` are the peer's. */
const LOOP = `
import json, sys, time
for line in sys.stdin:
    job, argument = json.loads(line)
    try:
        run = globals()['job_' + job]
        wall, cpu = time.perf_counter(), time.process_time()
        result = run(argument)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        after = globals().get('after_' + job, lambda result: None)
        answer = {'wallMs': wall * 1e3, 'cpuMs': cpu * 1e3, 'result': after(result)}
    except Exception as error:
        answer = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(answer), flush=True)
`;

/**
 * Starts an interpreter (default: the one that MAMMO_PYTHON names, or python3) with a script that defines `job_NAME(argument)` and, for what
 * is not timed, \`after_NAME(result)\`. Nothing where the interpreter or a module is missing.
 */
export async function pythonPeer(
  script: string,
  interpreter: string = process.env.MAMMO_PYTHON ?? 'python3',
): Promise<PythonPeer | undefined> {
  const child: ChildProcess = spawn(interpreter, ['-c', script + LOOP], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin!.on('error', () => undefined);
  const lines: Interface = createInterface({ input: child.stdout! });
  const answers = lines[Symbol.asyncIterator]();
  const peer: PythonPeer = {
    async run(job, argument) {
      child.stdin!.write(`${JSON.stringify([job, argument])}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error('the Python peer ended');
      const answer = JSON.parse(value) as Cost & { result: unknown; error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer;
    },
    stop() {
      child.stdin!.end();
    },
  };
  const ready = peer.run('ready', null).then(
    () => true,
    () => false,
  );
  const ended = once(child, 'close').then(() => false);
  return (await Promise.race([ready, ended])) ? peer : undefined;
}
