/** Where a long task stands. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** A few words on how it goes, for example `loss 0.31`. */
  readonly note?: string;
}

export interface ProgressReporter {
  /** A line of its own. */
  line(text: string): void;
  /** Begins a task; concurrent tasks each keep their own line of figures. */
  task(name: string): ProgressTask;
}

interface ProgressTask {
  update(progress: Progress): void;
  end(note?: string): void;
}

const PLAIN_INTERVAL_MS = 10_000;
const TTY_INTERVAL_MS = 100;

/**
 * Progress with rate and time left: a bar that is redrawn in place on a terminal, otherwise a plain line
 * every ten seconds and at the end of each task.
 */
export function createProgress(stream: NodeJS.WriteStream = process.stdout): ProgressReporter {
  const running = new Map<string, string>();
  let drawnAt = 0;

  const clear = () => {
    if (stream.isTTY) stream.write('\r\u001b[2K');
  };
  const line = (text: string) => {
    clear();
    stream.write(`${text}\n`);
  };
  const redraw = () => {
    clear();
    stream.write(
      [...running.values()].join('   ').slice(0, Math.max(20, (stream.columns ?? 80) - 1)),
    );
  };

  return {
    line,
    task(name) {
      const startedAt = Date.now();
      let first: number | undefined;
      let printedAt = startedAt;
      return {
        update(progress) {
          first ??= progress.done;
          const now = Date.now();
          const text = describeProgress(name, progress, progress.done - first, now - startedAt);
          running.set(name, stream.isTTY ? `${bar(progress)} ${text}` : text);
          if (stream.isTTY) {
            if (now - drawnAt < TTY_INTERVAL_MS) return;
            drawnAt = now;
            redraw();
          } else if (now - printedAt >= PLAIN_INTERVAL_MS) {
            printedAt = now;
            line(text);
          }
        },
        end(note) {
          running.delete(name);
          line(
            `${name}: done in ${formatSeconds((Date.now() - startedAt) / 1000)}${note ? `, ${note}` : ''}`,
          );
        },
      };
    },
  };
}

/** `CAD 120/1000 · 6.5/s · 2 min 15 s left · loss 0.31` */
export function describeProgress(
  name: string,
  { done, total, note }: Progress,
  doneHere: number,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 0 ? (doneHere * 1000) / elapsedMs : 0;
  const parts = [`${name} ${done}/${total}`];
  if (rate > 0) {
    parts.push(`${rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2)}/s`);
    parts.push(`${formatSeconds((total - done) / rate)} left`);
  }
  if (note) parts.push(note);
  return parts.join(' · ');
}

/** Whole seconds as `42 s`, `3 min 5 s` or `2 h 10 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function bar({ done, total }: Progress): string {
  const width = 20;
  const filled = Math.round((width * Math.min(done, total)) / Math.max(1, total));
  return `[${'█'.repeat(filled)}${'░'.repeat(width - filled)}]`;
}
