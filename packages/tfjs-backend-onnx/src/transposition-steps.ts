import type { FindFusion } from './fusion.ts';
import { sizeOf } from './graph.ts';

/*
 * ONNX Runtime's transpositions on processors are fast where the last axis stays, so that whole runs of numbers are copied, and where
 * two groups of neighbouring axes change places, as rows and columns of matrices do. In any other order, axes side by side that stay so
 * included, it copies number by number and takes ten times as long. One or two fast ones, of such axes as one, do the same.
 */

/** An array of this shape with its axes in another order. */
export interface Transposition {
  readonly shape: readonly number[];
  readonly perm: readonly number[];
}

/*
 * Nanoseconds for an element of float32, or for a run or a matrix of them, on one core of an Intel Xeon at 2.5 GHz (medians, onnxruntime
 * 1.30): only which is less matters.
 */
const BY_NUMBER = 16;
const IN_RUNS = 0.6;
const RUN = 16;
const SCATTERED_RUN = 70;
const IN_MATRICES = 0.9;
const MATRIX = 1500;

/** Nanoseconds. Less is not worth it: small transpositions in one step more or less also change which of them ONNX Runtime joins with a product. */
const LEAST_GAIN = 100_000;

/** The steps that are faster than a transposition in one, each of a shape of its own for the same numbers; undefined where there are none. */
export function transpositionSteps(direct: Transposition): readonly Transposition[] | undefined {
  const whole = merged(direct);
  const steps = [[whole], ...pairs(whole)].reduce((best, other) =>
    costOf(other) < costOf(best) ? other : best,
  );
  const saved = (isFast(direct) ? cost(whole) : BY_NUMBER) - costOf(steps);
  return saved * sizeOf(direct.shape) < LEAST_GAIN ? undefined : steps;
}

/** Writes slow transpositions in fast steps. */
export const steppedTransposition: FindFusion = (value) => {
  const [input] = value.node!.inputs;
  const perm = value.node!.attributes.perm as readonly number[];
  const steps = transpositionSteps({ shape: input!.shape, perm });
  if (steps === undefined) return undefined;
  return [
    value,
    {
      absorbed: [],
      write(writer) {
        const moved = steps.reduce(
          (name, { shape, perm }) =>
            writer.add(
              'Transpose',
              [writer.reshape(name, shape)],
              { perm },
              perm.map((axis) => shape[axis]!),
            ),
          writer.name(input!),
        );
        writer.reshape(moved, value.shape);
      },
    },
  ];
};

/** The same with axes that stay side by side as one, and none of length 1. */
function merged({ shape, perm }: Transposition): Transposition {
  const isLong = (axis: number) => shape[axis] !== 1;
  const before = shape.map((_, axis) => axis).filter(isLong);
  const groups: number[][] = []; // of axes, in the new order
  for (const axis of perm.filter(isLong)) {
    const last = groups.at(-1);
    const isNext = last !== undefined && before.indexOf(axis) === before.indexOf(last.at(-1)!) + 1;
    if (isNext) last.push(axis);
    else groups.push([axis]);
  }
  const sorted = [...groups].sort(([a], [b]) => a! - b!);
  return {
    shape: sorted.map((group) => sizeOf(group.map((axis) => shape[axis]!))),
    perm: groups.map((group) => sorted.indexOf(group)),
  };
}

/** All ways to do it in two steps of which one exchanges groups of neighbouring axes, at the end or before the last axis. */
function pairs({ shape, perm }: Transposition): Transposition[][] {
  const start = shape.map((_, axis) => axis);
  return [...exchanged(start), ...exchanged(perm)].map((between) => [
    merged({ shape, perm: between }),
    merged({
      shape: between.map((axis) => shape[axis]!),
      perm: perm.map((axis) => between.indexOf(axis)),
    }),
  ]);
}

function exchanged(axes: readonly number[]): number[][] {
  const ways: number[][] = [];
  for (const end of [axes.length, axes.length - 1]) {
    for (let cut = 1; cut < end; cut++) {
      for (let from = 0; from < cut; from++) {
        const groups = [axes.slice(cut, end), axes.slice(from, cut)];
        ways.push([...axes.slice(0, from), ...groups.flat(), ...axes.slice(end)]);
      }
    }
  }
  return ways;
}

const costOf = (steps: readonly Transposition[]): number =>
  steps.reduce((sum, step) => sum + cost(step), 0);

/** Nanoseconds for an element of a merged transposition. */
function cost({ shape, perm }: Transposition): number {
  const rank = shape.length;
  if (rank < 2) return 0;
  if (perm.at(-1) === rank - 1) {
    return IN_RUNS + (isScattered({ shape, perm }) ? SCATTERED_RUN : RUN) / shape[rank - 1]!;
  }
  const isSwap = rank === 2 || (rank === 3 && perm[0] === 0);
  return isSwap ? IN_MATRICES + MATRIX / (shape[rank - 1]! * shape[rank - 2]!) : BY_NUMBER;
}

const MANY_RUNS = 8;
const FAR_APART = 2 ** 9;
const MORE_THAN_CACHED = 2 ** 18;

/** Whether runs that come one after the other are read from far apart in more memory than a cache holds. */
function isScattered({ shape, perm }: Transposition): boolean {
  const axis = perm.at(-2)!;
  const apart = sizeOf(shape.slice(axis + 1));
  const within = sizeOf(shape) / (perm[0] === 0 ? shape[0]! : 1);
  return shape[axis]! >= MANY_RUNS && apart >= FAR_APART && within > MORE_THAN_CACHED;
}

/** Whether ONNX Runtime sees that a transposition is a fast one: the last axis stays, or a single one moves. */
function isFast({ perm }: Transposition): boolean {
  const isOnlyMove = (moved: number) => {
    const others = perm.filter((axis) => axis !== moved);
    return others.every((axis, i) => i === 0 || axis > others[i - 1]!);
  };
  return perm.at(-1) === perm.length - 1 || perm.some(isOnlyMove);
}
