import type { CommandContext } from './command.ts';
import { durationText } from './duration-text.ts';
import { statusLine } from './status-line.ts';

/** How far a long work is. */
export interface Progress {
  /** Counts more that is done, one if not said; `note` is a few words on how it goes, such as `loss 0.31`. */
  add(count?: number, note?: string): void;
  /** A line that stays. */
  say(text: string): void;
  /** Leaves the last line, before other words. */
  end(): void;
}

/** What is counted. */
export interface ProgressOptions {
  /** What is done: `phantom`. */
  readonly what: string;
  readonly total: number;
  /** Done before, by an earlier run: not counted in the rate. */
  readonly before?: number;
}

/**
 * Says how far a long work is: `phantom 3/12, 1.2/s, 8 s left`, with a bar on a terminal, elsewhere every ten seconds and at the end.
 * Time is counted from now on.
 */
export function startProgress(
  context: Pick<CommandContext, 'err' | 'terminal'>,
  { what, total, before = 0 }: ProgressOptions,
): Progress {
  const line = statusLine(context);
  const startMs = performance.now();
  let done = 0;
  return {
    add: (count = 1, note) => {
      done += count;
      const rate = done / Math.max((performance.now() - startMs) / 1000, 1e-3);
      const sum = before + done;
      const left = durationText((total - sum) / rate);
      const words = [`${what} ${sum}/${total}`, `${rateText(rate)}/s`, `${left} left`];
      line.show([...words, ...(note === undefined ? [] : [note])].join(', '), sum / total);
    },
    say: line.say,
    end: line.end,
  };
}

function rateText(rate: number): string {
  if (rate >= 1000) return String(Math.round(rate));
  return String(Number(rate.toPrecision(3)));
}
