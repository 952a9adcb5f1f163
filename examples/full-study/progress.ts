import { durationText, progressBar, statusLine } from '@mammo/command-line';

export { durationText as formatSeconds } from '@mammo/command-line';

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

/**
 * Progress with rate and time left: a bar for each task that is at work, drawn again in place on a terminal; elsewhere a plain line every
 * ten seconds and at the end of each task.
 */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): ProgressReporter {
  const terminal = stream.isTTY ?? false;
  const status = statusLine({ err: (text) => stream.write(text), terminal });
  const running = new Map<string, string>();
  const show = () => {
    const text = [...running.values()].join('   ');
    status.show(terminal ? text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)) : text);
  };
  return {
    line: status.say,
    task(name) {
      const startedAt = Date.now();
      let first: number | undefined;
      return {
        update(progress) {
          const { done, total } = progress;
          first ??= done;
          const text = describeProgress(name, progress, done - first, Date.now() - startedAt);
          running.set(name, terminal ? `${progressBar(done / Math.max(1, total))} ${text}` : text);
          show();
        },
        end(note) {
          running.delete(name);
          const took = durationText((Date.now() - startedAt) / 1000);
          status.say(`${name}: done in ${took}${note ? `, ${note}` : ''}`);
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
    parts.push(`${durationText((total - done) / rate)} left`);
  }
  if (note) parts.push(note);
  return parts.join(' · ');
}
