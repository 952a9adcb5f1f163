/** A number, or the reason why there is none: never NaN, never infinite, so that JSON can hold it. */
export type Measure<Reason extends string> =
  | {
      /** There is a value. */
      readonly status: 'ok';
      /** Finite; the unit and range are those of the measure. */
      readonly value: number;
    }
  | {
      /** Why there is no value. */
      readonly status: Reason;
      /** Nothing is made up for it. */
      readonly value: null;
    };

/** A measure that exists. */
export function measured(value: number): { readonly status: 'ok'; readonly value: number } {
  return { status: 'ok', value };
}

/** A measure that does not exist, and why. */
export function undefinedMeasure<Reason extends string>(
  status: Reason,
): { readonly status: Reason; readonly value: null } {
  return { status, value: null };
}

/** The distribution of a measure over images; null throughout where no image has one. */
export type MeanMeasure =
  | {
      /** At least one image has the measure. */
      readonly status: 'ok';
      /** Images that have the measure. */
      readonly n: number;
      /** Unweighted. */
      readonly mean: number;
      /** Standard deviation with n − 1; null for one image. */
      readonly sd: number | null;
      /** Of the image that has least. */
      readonly least: number;
      /** Of the image that has most. */
      readonly greatest: number;
    }
  | ({
      /** No image has the measure. */
      readonly status: 'empty';
      /** Images that have it. */
      readonly n: 0;
    } & Readonly<Record<'mean' | 'sd' | 'least' | 'greatest', null>>);

/** Collects a {@link MeanMeasure} value by value (Welford's update), in constant memory. */
export interface RunningMean {
  /** Adds a value; null is not counted. */
  add(value: number | null): void;
  summary(): MeanMeasure;
}

/** An empty {@link RunningMean}. */
export function runningMean(): RunningMean {
  let [n, mean, squares] = [0, 0, 0];
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    add(value) {
      if (value === null) return;
      n++;
      const deviation = value - mean;
      mean += deviation / n;
      squares += deviation * (value - mean);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    },
    summary() {
      if (n === 0) {
        return { status: 'empty', n, mean: null, sd: null, least: null, greatest: null };
      }
      const sd = n === 1 ? null : Math.sqrt(squares / (n - 1));
      return { status: 'ok', n, mean, sd, least, greatest };
    },
  };
}
