import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { randomStream } from '@mammo/mammo-io';
import { pause } from './fault-run.ts';

type Random = ReturnType<typeof randomStream>;

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** Whether processes can be given another clock (Debian's libfaketime). */
export const canSkewClock: boolean = existsSync(FAKETIME);

/** A program that is started again whenever it ends by itself, until it does so with a code that says that it is done. */
export interface Program {
  /** The running process. */
  current(): ChildProcess | undefined;
  /** Starts it, unless it runs; with a clock that is wrong by so many days if asked for. */
  start(skewDays?: number): void;
  /** Kills it by SIGKILL and waits for its end. */
  kill(): Promise<void>;
  /** Kills it for good. */
  end(): Promise<void>;
  /** The code by which it ended by itself. */
  readonly done: Promise<number>;
  isDone(): boolean;
  /** What it said last on standard error. */
  readonly lastWords: () => string;
}

/** @param isDone - which exit codes mean that there is nothing left to do */
export function restartable(
  command: string,
  args: readonly string[],
  isDoneCode: (code: number) => boolean,
): Program {
  let child: ChildProcess | undefined;
  let finished = false;
  let words = '';
  let finish: (code: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });
  const program: Program = {
    current: () => child,
    start: (skewDays) => {
      if (child !== undefined || finished) return;
      const clock =
        skewDays === undefined
          ? {}
          : { LD_PRELOAD: FAKETIME, FAKETIME: `${skewDays}d`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
      const started = spawn(command, args, {
        env: { ...process.env, ...clock },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = started;
      started.stderr.on('data', (text) => {
        words = (words + text).slice(-2000);
      });
      started.once('close', (code) => {
        if (child === started) child = undefined;
        if (code === null) return; // killed
        if (!isDoneCode(code)) {
          setTimeout(() => program.start(), 200);
          return;
        }
        finished = true;
        finish(code);
      });
    },
    kill: async () => {
      const victim = child;
      if (victim === undefined) return;
      const closed = new Promise((resolve) => victim.once('close', resolve));
      victim.kill('SIGKILL');
      await closed;
    },
    end: async () => {
      finished = true;
      await program.kill();
    },
    done,
    isDone: () => finished,
    lastWords: () => words,
  };
  return program;
}

/** Starts a program as often as it takes to come to its end. */
export async function endOf(program: Program): Promise<void> {
  while (!program.isDone()) {
    program.start();
    await pause(50);
  }
}

/** A number of days, before or after today. */
export function randomSkewDays(random: Random): number {
  return random.integer(20_000) - 10_000;
}
