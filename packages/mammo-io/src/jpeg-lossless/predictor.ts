/** The samples decoded so far and where the row to reconstruct lies among them. */
export interface RowPlace {
  readonly samples: Uint16Array;
  /** Index of the row's first sample. */
  readonly start: number;
  readonly width: number;
}

type RowPredictor = (place: RowPlace, differences: Int32Array) => void;

/**
 * Reconstructs the first row of a scan or restart interval: each sample from its left neighbour, the first from `initial`.
 *
 * @see ITU-T T.81, H.1.2.1
 */
export function predictFirstRow(
  { samples, start, width }: RowPlace,
  differences: Int32Array,
  initial: number,
): void {
  let left = initial;
  for (let column = 0; column < width; column++) {
    left = (left + differences[column]!) & 0xffff;
    samples[start + column] = left;
  }
}

/**
 * Reconstructs any other row, sample = prediction + difference modulo 2^16, by the predictor of the selection value 1..7:
 * left · above · corner · left + above − corner · left + (above − corner)/2 · above + (left − corner)/2 · (left + above)/2.
 * The first sample of the row is predicted from the one above it.
 *
 * @see ITU-T T.81, table H.1
 */
export function predictRow(selection: number, place: RowPlace, differences: Int32Array): void {
  const { samples, start, width } = place;
  samples[start] = samples[start - width]! + differences[0]!;
  PREDICTORS[selection - 1]!(place, differences);
}

const PREDICTORS: readonly RowPredictor[] = [
  ({ samples, start, width }, differences) => {
    let left = samples[start]!;
    for (let column = 1; column < width; column++) {
      left = (left + differences[column]!) & 0xffff;
      samples[start + column] = left;
    }
  },
  ({ samples, start, width }, differences) => {
    for (let column = 1; column < width; column++) {
      const index = start + column;
      samples[index] = samples[index - width]! + differences[column]!;
    }
  },
  ({ samples, start, width }, differences) => {
    for (let column = 1; column < width; column++) {
      const index = start + column;
      samples[index] = samples[index - width - 1]! + differences[column]!;
    }
  },
  fromNeighbours((left, above, corner) => left + above - corner),
  fromNeighbours((left, above, corner) => left + ((above - corner) >> 1)),
  fromNeighbours((left, above, corner) => above + ((left - corner) >> 1)),
  fromNeighbours((left, above) => (left + above) >> 1),
];

function fromNeighbours(
  predict: (left: number, above: number, corner: number) => number,
): RowPredictor {
  return ({ samples, start, width }, differences) => {
    let left = samples[start]!;
    let corner = samples[start - width]!;
    for (let column = 1; column < width; column++) {
      const index = start + column;
      const above = samples[index - width]!;
      left = (predict(left, above, corner) + differences[column]!) & 0xffff;
      samples[index] = left;
      corner = above;
    }
  };
}
