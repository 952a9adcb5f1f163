/**
 * Measures for how long a picture is on the screen: it stands still while the page is hidden or the reader pauses. It uses the monotonic
 * clock, so that setting the computer's time changes nothing.
 */
export class VisibleClock {
  #elapsedMs = 0;
  #since: number | undefined;

  /** Begins a new picture. */
  restart(running: boolean): void {
    this.#elapsedMs = 0;
    this.#since = undefined;
    this.run(running);
  }

  /** Goes on, or stands still. */
  run(running: boolean): void {
    const now = performance.now();
    if (this.#since !== undefined) this.#elapsedMs += now - this.#since;
    this.#since = running ? now : undefined;
  }

  get elapsedMs(): number {
    const running = this.#since === undefined ? 0 : performance.now() - this.#since;
    return this.#elapsedMs + running;
  }
}
