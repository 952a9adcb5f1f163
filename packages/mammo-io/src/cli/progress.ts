import type { CommandContext } from './command.ts';

/** Says how far a long work is: on a terminal in one line with rate and time left, else every tenth of the way. */
export class Progress {
  readonly #context: CommandContext;
  readonly #what: string;
  readonly #total: number;
  readonly #started = performance.now();
  #done = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #tenth = 0;

  constructor(context: CommandContext, what: string, total: number) {
    this.#context = context;
    this.#what = what;
    this.#total = total;
  }

  /** Counts one more. */
  step(): void {
    this.#done++;
    const last = this.#done === this.#total;
    if (this.#context.terminal) this.#show(last);
    else this.#tell(last);
  }

  /** Ends the line on a terminal, before other words. */
  end(): void {
    if (this.#context.terminal && this.#done > 0) this.#context.err('\n');
  }

  #show(last: boolean): void {
    const now = performance.now();
    if (!last && now - this.#shownAt < 100) return;
    this.#shownAt = now;
    this.#context.err(`\r\u001b[K${this.#line()}`);
  }

  #tell(last: boolean): void {
    const tenth = Math.floor((10 * this.#done) / this.#total);
    if (!last && tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#context.err(`${this.#line()}\n`);
  }

  #line(): string {
    const seconds = (performance.now() - this.#started) / 1000;
    const rate = this.#done / Math.max(seconds, 1e-3);
    const left = (this.#total - this.#done) / rate;
    return `${this.#what} ${this.#done}/${this.#total}, ${rate.toFixed(1)}/s, ${clock(left)} left`;
  }
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
