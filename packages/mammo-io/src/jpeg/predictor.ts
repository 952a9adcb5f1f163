/** Where the row to reconstruct lies: its places hold differences and get the samples. */
export interface RowPlace {
  readonly samples: Uint16Array;
  /** Index of the row's first sample. */
  readonly start: number;
  readonly width: number;
}

/**
 * Reconstructs the first row of a scan or restart interval in place: each sample from its left neighbour, the first from `initial`.
 *
 * @see ITU-T T.81, H.1.2.1
 */
export function predictFirstRow({ samples, start, width }: RowPlace, initial: number): void {
  let left = initial;
  for (let index = start; index < start + width; index++) {
    left = (left + samples[index]!) & 0xffff;
    samples[index] = left;
  }
}

/**
 * Reconstructs any other row in place, sample = prediction + difference modulo 2^16, by the predictor of the selection value 1..7:
 * left · above · corner · left + above − corner · left + (above − corner)/2 · above + (left − corner)/2 · (left + above)/2.
 * The first sample of the row is predicted from the one above it.
 *
 * @see ITU-T T.81, table H.1
 */
export function predictRow(selection: number, place: RowPlace): void {
  const { samples, start, width } = place;
  samples[start] = samples[start]! + samples[start - width]!;
  PREDICTORS[selection - 1]!(place);
}

/** One loop for each predictor: a call for each sample would take longer than the prediction. */
const PREDICTORS: readonly ((place: RowPlace) => void)[] = [
  ({ samples, start, width }) => {
    let left = samples[start]!;
    for (let index = start + 1; index < start + width; index++) {
      left = (left + samples[index]!) & 0xffff;
      samples[index] = left;
    }
  },
  ({ samples, start, width }) => {
    for (let index = start + 1; index < start + width; index++) {
      samples[index] = samples[index - width]! + samples[index]!;
    }
  },
  ({ samples, start, width }) => {
    for (let index = start + 1; index < start + width; index++) {
      samples[index] = samples[index - width - 1]! + samples[index]!;
    }
  },
  ({ samples, start, width }) => {
    let left = samples[start]!;
    for (let index = start + 1; index < start + width; index++) {
      const above = samples[index - width]!;
      const corner = samples[index - width - 1]!;
      left = (left + above - corner + samples[index]!) & 0xffff;
      samples[index] = left;
    }
  },
  ({ samples, start, width }) => {
    let left = samples[start]!;
    for (let index = start + 1; index < start + width; index++) {
      const above = samples[index - width]!;
      const corner = samples[index - width - 1]!;
      left = (left + ((above - corner) >> 1) + samples[index]!) & 0xffff;
      samples[index] = left;
    }
  },
  ({ samples, start, width }) => {
    let left = samples[start]!;
    for (let index = start + 1; index < start + width; index++) {
      const above = samples[index - width]!;
      const corner = samples[index - width - 1]!;
      left = (above + ((left - corner) >> 1) + samples[index]!) & 0xffff;
      samples[index] = left;
    }
  },
  ({ samples, start, width }) => {
    let left = samples[start]!;
    for (let index = start + 1; index < start + width; index++) {
      left = (((left + samples[index - width]!) >> 1) + samples[index]!) & 0xffff;
      samples[index] = left;
    }
  },
];
