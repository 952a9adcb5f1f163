import type { CommandContext } from './command.ts';

/** The last line of standard error. */
export interface StatusLine {
  /** Replaces the line on a terminal, with a bar before it where a share is given; elsewhere a line every ten seconds. */
  show(text: string, share?: number): void;
  /** A line that stays. */
  say(text: string): void;
  /** Leaves the line as it was shown last. */
  end(): void;
}

const EVERY_MS = { terminal: 100, elsewhere: 10_000 };
const CLEAR = '\r\u001b[K';

/** A line that says how things are, for whoever looks at standard error. */
export function statusLine({
  err,
  terminal,
}: Pick<CommandContext, 'err' | 'terminal'>): StatusLine {
  const everyMs = terminal ? EVERY_MS.terminal : EVERY_MS.elsewhere;
  let [latest, written] = ['', ''];
  let writtenMs = terminal ? Number.NEGATIVE_INFINITY : performance.now();
  const write = () => {
    err(terminal ? `${CLEAR}${latest}` : `${latest}\n`);
    [written, writtenMs] = [latest, performance.now()];
  };
  return {
    show: (text, share) => {
      latest = terminal && share !== undefined ? `${progressBar(share)} ${text}` : text;
      if (performance.now() - writtenMs >= everyMs) write();
    },
    say: (text) => err(terminal ? `${CLEAR}${text}\n${written}` : `${text}\n`),
    end: () => {
      if (latest !== written) write();
      if (terminal && latest !== '') err('\n');
      latest = written = '';
    },
  };
}

/** A bar of twenty places, filled by a share in [0, 1]. */
export function progressBar(share: number): string {
  const filled = Math.round(20 * Math.min(1, Math.max(0, share)));
  return `[${'█'.repeat(filled)}${'░'.repeat(20 - filled)}]`;
}
