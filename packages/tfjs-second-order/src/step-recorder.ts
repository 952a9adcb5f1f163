import * as tf from '@tensorflow/tfjs-core';

/** What a step depends on, beside the variables that it reads. */
export interface StepCall {
  /**
   * Names everything else that decides what the step does: the networks, the stage, the options. Another name, another
   * recording.
   */
  readonly structure: string;
  /** What it reads: other values, of the same shapes, in every run. */
  readonly tensors: readonly tf.Tensor[];
  /** Numbers that change from run to run: {@link StepRecorder.number} reads them, {@link dropoutMask} takes them as seeds. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** Runs a step again that an engine recorded. */
interface StepRecording {
  isCurrent(tensors: readonly tf.Tensor[]): boolean;
  run(tensors: readonly tf.Tensor[], made: readonly tf.Tensor[]): tf.Tensor[];
  equals(other: StepRecording): boolean;
}

/** An engine that can run a step again without its program, as tfjs-backend-onnx. */
interface RecordingEngine {
  recordStep(
    given: readonly tf.Tensor[],
    body: () => { readonly made: readonly tf.Tensor[]; readonly outputs: readonly tf.Tensor[] },
  ): StepRecording | undefined;
}

type Maker = () => readonly tf.Tensor[];

/** What is known of a step of one structure. */
interface Known {
  readonly engine: RecordingEngine;
  /** The last recording, and what it makes on the host for every run. */
  last?: { readonly recording: StepRecording; readonly makers: readonly Maker[] } | undefined;
  /** Whether two recordings one after the other said the same. */
  isSure: boolean;
  /** Recordings since two said the same: most do from the second on, some never do. */
  recordings: number;
}

/** A step that never records the same twice in a row runs as it is from then on. */
const MOST_RECORDINGS = 6;
/** Programs whose structure changes forever would collect recordings without end. */
const MOST_STRUCTURES = 32;

let recording:
  | { readonly makers: Maker[]; readonly made: tf.Tensor[]; readonly recorder: StepRecorder }
  | undefined;

/**
 * Runs the steps of a training. On an engine that records whole steps (tfjs-backend-onnx) the JavaScript of a step runs a few
 * times only: once two runs have recorded the same, the engine repeats them on the next tensors, numbers and the present values
 * of the variables. On other engines every step runs as it is.
 *
 * A step may read the tensors that it is given, variables, and tensors that stay; assign variables; and return tensors. Whatever
 * else changes must be in {@link StepCall}: JavaScript that counts, draws or decides is not called again, but for what
 * {@link madeForEveryRun} makes. Steps that read numbers on the host are never repeated.
 *
 * @example
 * ```ts
 * const weight = tf.variable(tf.tensor1d([1]));
 * const recorder = new StepRecorder();
 * const step = (x: tf.Tensor1D) =>
 *   recorder.run({ structure: 'sum', tensors: [x] }, () => {
 *     weight.assign(tf.add(weight as tf.Tensor1D, x));
 *     return [tf.sum(weight as tf.Tensor1D)];
 *   });
 * for (const value of [1, 2, 3, 4]) tf.tidy(() => step(tf.tensor1d([value])));
 * await weight.data(); // => Float32Array.of(11)
 * ```
 */
export class StepRecorder {
  readonly #known = new Map<string, Known>();
  #numbers: Readonly<Record<string, number>> = {};

  /**
   * Runs a step.
   *
   * @param call - what it depends on
   * @param body - the step
   * @returns what `body` returns, owned by the caller
   */
  run<T extends readonly tf.Tensor[]>(call: StepCall, body: () => readonly [...T]): T {
    this.#numbers = call.numbers ?? {};
    const { tensors } = call;
    const engine = tensors.every(isOfNumbers) ? recordingEngine() : undefined;
    if (engine === undefined || recording !== undefined) return inTidy(body);
    const known = this.#knownStep(call, engine);
    if (known.isSure && known.last?.recording.isCurrent(tensors)) {
      const made = known.last.makers.flatMap((make) => make());
      const outputs = known.last.recording.run(tensors, made);
      tf.dispose(made);
      return outputs as readonly tf.Tensor[] as T;
    }
    if (known.recordings === MOST_RECORDINGS) return inTidy(body);
    return this.#record(known, tensors, body);
  }

  /**
   * A number of the present call.
   *
   * @throws RangeError if the call has no number of this name
   */
  number(name: string): number {
    const value = this.#numbers[name];
    if (value === undefined) {
      const names = Object.keys(this.#numbers);
      throw new RangeError(`StepRecorder: name must be one of [${names}], got ${name}`);
    }
    return value;
  }

  /** The name of the only number of the call that has this value; undefined if none or several have it. */
  nameOf(value: number): string | undefined {
    const names = Object.entries(this.#numbers).filter(([, other]) => other === value);
    return names.length === 1 ? names[0]![0] : undefined;
  }

  #knownStep({ structure, tensors }: StepCall, engine: RecordingEngine): Known {
    const key = `${structure}|${tensors.map(({ shape, dtype }) => `${dtype}${shape}`).join('|')}`;
    let known = this.#known.get(key);
    if (known?.engine !== engine) {
      if (this.#known.size === MOST_STRUCTURES) this.#known.clear();
      known = { engine, isSure: false, recordings: 0 };
      this.#known.set(key, known);
    }
    return known;
  }

  #record<T extends readonly tf.Tensor[]>(
    known: Known,
    tensors: readonly tf.Tensor[],
    body: () => readonly [...T],
  ): T {
    const present = { makers: [], made: [], recorder: this };
    let outputs: T | undefined;
    recording = present;
    try {
      const recorded = known.engine.recordStep(tensors, () => {
        outputs = inTidy(body);
        return { made: present.made, outputs };
      });
      known.isSure = recorded !== undefined && known.last?.recording.equals(recorded) === true;
      known.recordings = known.isSure ? 0 : known.recordings + 1;
      known.last = recorded && { recording: recorded, makers: present.makers };
    } finally {
      recording = undefined;
      tf.dispose(present.made);
    }
    return outputs!;
  }
}

/**
 * Tensors that the host makes: now, and anew whenever the step that is being recorded runs again.
 *
 * @param make - uploads them; of the same number, types and shapes in every run
 * @returns what `make` returns, now
 */
export function madeForEveryRun(make: () => readonly tf.Tensor[]): readonly tf.Tensor[] {
  const tensors = make();
  if (recording === undefined) return tensors;
  recording.makers.push(make);
  for (const tensor of tensors) recording.made.push(tf.keep(tensor));
  return tensors;
}

/**
 * A tensor that the host draws by a seed. Where the seed is a number of the step that is being recorded, it is drawn anew, by
 * the number's present value, whenever that step runs again.
 */
export function drawn<T extends tf.Tensor>(seed: number, draw: (seed: number) => T): T {
  const recorder = recording?.recorder;
  const name = recorder?.nameOf(seed);
  if (recorder === undefined || name === undefined) return draw(seed);
  return madeForEveryRun(() => [draw(recorder.number(name))])[0] as T;
}

function inTidy<T extends readonly tf.Tensor[]>(body: () => readonly [...T]): T {
  return tf.tidy(() => [...body()]) as readonly tf.Tensor[] as T;
}

const isOfNumbers = ({ dtype }: tf.Tensor): boolean => dtype !== 'string' && dtype !== 'complex64';

/** The present engine, where it records and no gradient is being taken: a repeated step has none. */
function recordingEngine(): RecordingEngine | undefined {
  const engine = tf.backend() as Partial<RecordingEngine>;
  const isDifferentiated = tf.engine().state.gradientDepth > 0;
  return engine.recordStep === undefined || isDifferentiated
    ? undefined
    : (engine as RecordingEngine);
}
