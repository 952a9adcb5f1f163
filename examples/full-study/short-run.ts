/** Positive training images below which training is cut short: there is nothing to learn that would last. */
const ENOUGH = 100;
const LEAST_SHARE = 0.06;

/** Share of the schedules' steps for a cohort with so many positive training images. */
export function trainingShare(trainingPositives: number): number {
  return trainingPositives >= ENOUGH ? 1 : Math.max(LEAST_SHARE, trainingPositives / ENOUGH / 2);
}

/** Steps of a shortened stage; a stage that is run at all keeps at least two. */
export function shortened(steps: number, share: number): number {
  return steps === 0 ? 0 : Math.max(2, Math.round(steps * share));
}

/** Steps between checkpoints or validations of a shortened training. */
export function shortenedInterval(steps: number, share: number): number {
  return share === 1 ? steps : Math.max(5, Math.round(steps * share));
}
