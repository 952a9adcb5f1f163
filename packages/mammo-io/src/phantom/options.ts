/** What {@link phantomCohort} draws; the defaults are the paper's cohort. */
export interface PhantomOptions {
  /** Names the cohort. */
  readonly seed: number;
  /** Rows of every image. */
  readonly height: number;
  /** Columns of every image; the field is 240 mm high, so this also sets its width. */
  readonly width: number;
  /** Default 1284. */
  readonly patients?: number;
  /** Share of positive patients; default 366/1284. */
  readonly positiveShare?: number;
  /** Contrast of the typical cancer; default 1.05, at which a small classifier is as good as the paper's. */
  readonly conspicuity?: number;
  /** Standard deviation of the logarithm of the cancers' contrast; default 0.35. */
  readonly conspicuitySd?: number;
  /** Share of masses among cancers, the rest being clusters of calcifications; default 0.73. */
  readonly massShare?: number;
  /** Expected number of benign findings in an image of either class; default 0.3. */
  readonly benignRate?: number;
  /** Detector noise, share of full scale; default 0.01. */
  readonly noise?: number;
  /** Strength of the tissue's pattern; default 1. */
  readonly texture?: number;
}

/** {@link PhantomOptions} with every default filled in. */
export type PhantomPlanOptions = Required<PhantomOptions>;

/**
 * Fills in the defaults.
 *
 * @throws RangeError if options are out of their range; the message lists all that are
 */
export function completeOptions(options: PhantomOptions): PhantomPlanOptions {
  const {
    seed,
    height,
    width,
    patients = 1284,
    positiveShare = 366 / 1284,
    conspicuity = 1.05,
    conspicuitySd = 0.35,
    massShare = 0.73,
    benignRate = 0.3,
    noise = 0.01,
    texture = 1,
  } = options;
  const problems = [
    integerProblem('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    integerProblem('height', height, 16, 8192),
    integerProblem('width', width, 16, 8192),
    integerProblem('patients', patients, 1, 1e6),
    rangeProblem('positiveShare', positiveShare, 1),
    rangeProblem('conspicuity', conspicuity, 10),
    rangeProblem('conspicuitySd', conspicuitySd, 3),
    rangeProblem('massShare', massShare, 1),
    rangeProblem('benignRate', benignRate, 20),
    rangeProblem('noise', noise, 1),
    rangeProblem('texture', texture, 10),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new RangeError(`phantomCohort: ${problems.join('; ')}`);
  return {
    seed,
    height,
    width,
    patients,
    positiveShare,
    conspicuity,
    conspicuitySd,
    massShare,
    benignRate,
    noise,
    texture,
  };
}

function integerProblem(
  name: string,
  value: number,
  low: number,
  high: number,
): string | undefined {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return undefined;
  return `${name} must be an integer in [${low}, ${high}], got ${value}`;
}

function rangeProblem(name: string, value: number, high: number): string | undefined {
  if (value >= 0 && value <= high) return undefined;
  return `${name} must lie in [0, ${high}], got ${value}`;
}
