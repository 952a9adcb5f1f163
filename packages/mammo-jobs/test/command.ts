import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Options of Node by which processes run from TypeScript sources. */
export const FROM_SOURCE: readonly string[] = ['--conditions=@mammo/source', '--import', 'tsx'];

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

/** A run of the command line. */
export interface CommandRun {
  readonly process: ChildProcess;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  }>;
}

/** Starts `mammo-jobs` in a process of its own. */
export function startCommand(args: readonly string[]): CommandRun {
  const child = spawn(process.execPath, [...FROM_SOURCE, CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return { process: child, ended };
}

/** Numbers of the processes that a process has started. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}
