/** How far a job is. */
export interface JobProgress {
  /** Images with a result, those of earlier runs too. */
  readonly done: number;
  /** Images of the job. */
  readonly total: number;
  /** Of `done`, those with a reason in place of a record. */
  readonly quarantined: number;
  /** Of this run so far; undefined until a chunk is done. */
  readonly imagesPerSecond?: number;
  /** At that speed; undefined until a chunk is done. */
  readonly secondsLeft?: number;
  /** Where a price was given. */
  readonly costPer1000?: number;
}

/** Counts what is done and tells how fast, how long still, and for how much. */
export interface ProgressMeter {
  add(counts: { readonly images: number; readonly quarantined: number }): void;
  now(): JobProgress;
}

/**
 * A meter for a run. It looks at the time since the start of the process, which no change of the clock touches.
 *
 * cost of 1,000 images = price per hour / 3600 · 1000 / images per second
 *
 * @param before - what earlier runs did
 * @param options - `pricePerHour`: of all machines together, in any currency; `nowMs` for tests
 */
export function progressMeter(
  before: { readonly done: number; readonly total: number; readonly quarantined: number },
  options: { readonly pricePerHour?: number; readonly nowMs?: () => number } = {},
): ProgressMeter {
  const { pricePerHour, nowMs = () => performance.now() } = options;
  const start = nowMs();
  let [images, quarantined] = [0, before.quarantined];
  return {
    add: (counts) => {
      images += counts.images;
      quarantined += counts.quarantined;
    },
    now: () => {
      const done = before.done + images;
      const counts = { done, total: before.total, quarantined };
      const seconds = (nowMs() - start) / 1000;
      if (images === 0 || seconds <= 0) return counts;
      const imagesPerSecond = images / seconds;
      const secondsLeft = (before.total - done) / imagesPerSecond;
      const costPer1000 = ((pricePerHour ?? 0) / 3600) * (1000 / imagesPerSecond);
      return {
        ...counts,
        imagesPerSecond,
        secondsLeft,
        ...(pricePerHour !== undefined && { costPer1000 }),
      };
    },
  };
}

/** A line for people. */
export function describeProgress(progress: JobProgress): string {
  const { done, total, quarantined, imagesPerSecond, secondsLeft, costPer1000 } = progress;
  const parts = [`${done} of ${total} images`];
  if (imagesPerSecond !== undefined) parts.push(`${imagesPerSecond.toFixed(1)} images/s`);
  if (secondsLeft !== undefined) parts.push(`${describeSeconds(secondsLeft)} left`);
  if (costPer1000 !== undefined) parts.push(`${costPer1000.toFixed(4)} per 1,000 images`);
  if (quarantined > 0) parts.push(`${quarantined} in quarantine`);
  return parts.join(', ');
}

function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${whole} s`;
}
