import { type PairedRecord, PairedRecordError } from '../paired-record.ts';
import { type ModelOutput, outputWidth, positiveProbability } from './class-scores.ts';
import { type RawRecord, RECORD_FIELDS, type ReadOptions, readRecords } from './read-fields.ts';

/** What is used of a tensor: tfjs's, or anything alike. It is read, not disposed. */
export interface TensorLike {
  /** The first size counts images. */
  readonly shape: readonly number[];
  /** All values, row by row. */
  data(): Promise<ArrayLike<number>>;
}

/** What is known of an image before it is scored; the rest follows from the label. */
export type CaseInfo = Pick<PairedRecord, 'caseId' | 'label'> &
  Partial<Omit<PairedRecord, 'scoreReal' | 'scoreFake'>>;

/** The outputs of a model for real images and their fakes, in the order of the cases. */
export interface TensorScores extends Omit<ReadOptions, 'scoreRange' | 'labels'> {
  /** [n], [n, 1] or [n, 2]. */
  readonly real: TensorLike;
  /** Of the same shape, the fakes in the order of their real images. */
  readonly fake: TensorLike;
  /** What the numbers are; 'two-…' needs shape [n, 2]. */
  readonly output: ModelOutput;
}

/**
 * Records from a model's output tensors; scores become probabilities of the positive class.
 *
 * @param cases one per image
 * @param scores tensors of the real images and of their fakes, and what the numbers are
 * @throws RangeError if a shape does not fit
 * @throws PairedRecordError listing every problem of the records (row 1 is the first case)
 * @example
 * ```ts
 * const cases = [{ caseId: 'a', label: 'positive' }, { caseId: 'b', label: 'negative' }] as const;
 * const tensor = (...values: number[]) => ({ shape: [2], data: async () => values }); // as model.predict gives
 * const records = await fromTfjs(cases, { real: tensor(0.9, 0.2), fake: tensor(0.4, 0.7), output: 'probability' });
 * records.map(({ scoreFake }) => scoreFake); // => [0.4, 0.7]
 * ```
 */
export async function fromTfjs(
  cases: readonly CaseInfo[],
  scores: TensorScores,
): Promise<readonly PairedRecord[]> {
  const { output } = scores;
  const [real, fake] = await Promise.all(
    (['real', 'fake'] as const).map((name) => readScores(name, scores[name], cases.length, output)),
  );
  if (cases.length === 0) {
    const message = 'there must be at least one case, got 0';
    throw new PairedRecordError('fromTfjs', [{ row: null, caseId: null, message }]);
  }
  const rows = cases.map((info, i): RawRecord => {
    const all = { ...info, scoreReal: real![i]!, scoreFake: fake![i]! };
    const fields = RECORD_FIELDS.filter((field) => all[field] !== undefined);
    return {
      row: i + 1,
      fields: Object.fromEntries(fields.map((field) => [field, String(all[field])])),
      strata: info.strata ?? {},
    };
  });
  return readRecords('fromTfjs', rows, scores);
}

async function readScores(
  name: string,
  tensor: TensorLike,
  images: number,
  output: ModelOutput,
): Promise<readonly number[]> {
  const width = outputWidth(output);
  const { shape } = tensor;
  const fits = shape[0] === images && (shape.length === 1 ? width === 1 : shape[1] === width);
  if (!fits || shape.length > 2) {
    throw new RangeError(
      `fromTfjs: ${name} must have shape [${images}, ${width}] for ${output}, got [${shape.join(', ')}]`,
    );
  }
  const data = await tensor.data();
  return Array.from({ length: images }, (_, i) =>
    positiveProbability(
      Array.from({ length: width }, (_value, j) => data[i * width + j]!),
      output,
    ),
  );
}
