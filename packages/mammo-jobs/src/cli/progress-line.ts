import type { CommandContext } from './command.ts';

/** The last line of standard error. */
export interface ProgressLine {
  /** Replaces the line on a terminal; elsewhere a line every ten seconds. */
  show(text: string): void;
  /** A line that stays. */
  say(text: string): void;
  end(): void;
}

const EVERY_MS = 10_000;

/** A line of progress for whoever looks at standard error. */
export function progressLine({ err, terminal }: CommandContext): ProgressLine {
  let shown = '';
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    show: (text) => {
      if (terminal) err(`\r\u001b[K${text}`);
      else if (performance.now() - lastMs >= EVERY_MS) {
        err(`${text}\n`);
        lastMs = performance.now();
      }
      shown = text;
    },
    say: (text) => err(terminal ? `\r\u001b[K${text}\n${shown}` : `${text}\n`),
    end: () => {
      if (terminal && shown !== '') err('\n');
    },
  };
}
