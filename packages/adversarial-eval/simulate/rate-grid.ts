import { normal, type RandomStream, randomStream } from '@mammo/reader-study-stats';
import type { Tally } from '../src/intervals/clusters.ts';
import { twoSidedT } from '../src/intervals/student-t.ts';
import { scoreInterval, totals, wilsonClustered } from '../src/intervals/wilson-clustered.ts';

/** Patients, their images, and the rate: one setting of the grid. */
interface Setting {
  readonly patients: number;
  /** Each patient has one of these numbers of images. */
  readonly images: readonly number[];
  readonly rate: number;
  /** Of the normal variable that makes an image a success, within a patient. */
  readonly correlation: number;
}

/** How an interval did over the grid. */
export interface GridSummary {
  readonly method: string;
  readonly settings: number;
  /** Least and greatest share of 95 % intervals that held the rate. */
  readonly least: number;
  readonly greatest: number;
  readonly below93: number;
  readonly above97: number;
}

const GRID: readonly Setting[] = [10, 15, 20, 37, 91].flatMap((patients) =>
  [[1, 2], [2], [2, 3, 4], [4]].flatMap((images) =>
    [0.5, 0.655, 0.8, 0.9].flatMap((rate) =>
      [0, 0.3, 0.5, 0.7].map((correlation) => ({ patients, images, rate, correlation })),
    ),
  ),
);

type Interval = (tally: Tally) => { readonly lower: number; readonly upper: number };

/** Wilson's interval at N/D images, D as estimated. */
const plain: Interval = (tally) => atEffective(tally, 1);

/** Korn and Graubard 1998: the effective number times (z/t)² at m − 1 degrees of freedom. */
const kornGraubard: Interval = (tally) => {
  const df = totals(tally).patients - 1;
  return atEffective(tally, (normal.quantile(0.975) / twoSidedT(0.95, df)) ** 2);
};

function atEffective(
  tally: Tally,
  factor: number,
): { readonly lower: number; readonly upper: number } {
  const { trials, successes, squares } = totals(tally);
  const { designEffect } = wilsonClustered(tally, 0.95);
  const effective = designEffect ? (trials / designEffect) * factor : trials ** 2 / squares;
  return scoreInterval(successes / trials, effective, 0.95);
}

const METHODS: Readonly<Record<string, Interval>> = {
  'wilson-clustered': (tally) => wilsonClustered(tally, 0.95),
  'design effect as estimated': plain,
  'Korn and Graubard': kornGraubard,
};

/** Coverage of rates' intervals over the 320 settings of patients, images, rates and correlations. */
export function rateGrid(options: {
  readonly simulations: number;
  readonly seed: number;
  /** Only settings with so many; default all. */
  readonly patients?: readonly number[];
}): readonly GridSummary[] {
  const { patients } = options;
  const grid = GRID.filter((setting) => !patients || patients.includes(setting.patients));
  const shares = grid.map((setting) => coverage(setting, options));
  return Object.keys(METHODS).map((method) => {
    const held = shares.map((share) => share[method]!);
    return {
      method,
      settings: held.length,
      least: Math.min(...held),
      greatest: Math.max(...held),
      below93: held.filter((share) => share < 0.93).length,
      above97: held.filter((share) => share > 0.97).length,
    };
  });
}

function coverage(
  setting: Setting,
  { simulations, seed }: { readonly simulations: number; readonly seed: number },
): Readonly<Record<string, number>> {
  const stream = randomStream(seed, JSON.stringify(setting));
  const methods = Object.keys(METHODS);
  const held = methods.map(() => 0);
  for (let simulation = 0; simulation < simulations; simulation++) {
    const tally = drawTally(setting, stream);
    Object.values(METHODS).forEach((interval, method) => {
      const { lower, upper } = interval(tally);
      if (lower <= setting.rate && setting.rate <= upper) held[method]! += 1;
    });
  }
  return Object.fromEntries(methods.map((name, method) => [name, held[method]! / simulations]));
}

function drawTally(setting: Setting, stream: RandomStream): Tally {
  const { patients, images, rate, correlation } = setting;
  const needed = normal.quantile(rate);
  const tally = { k: new Float64Array(patients), n: new Float64Array(patients) };
  for (let patient = 0; patient < patients; patient++) {
    const count = images[stream.integer(images.length)]!;
    const shared = Math.sqrt(correlation) * stream.normal();
    for (let image = 0; image < count; image++) {
      const value = shared + Math.sqrt(1 - correlation) * stream.normal();
      if (value < needed) tally.k[patient]! += 1;
    }
    tally.n[patient] = count;
  }
  return tally;
}
