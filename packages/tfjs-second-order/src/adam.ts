import * as tf from '@tensorflow/tfjs-core';
import { madeForEveryRun } from './step-recorder.ts';

/** Settings of {@link Adam}. */
export interface AdamOptions {
  /** Step size, positive. */
  readonly learningRate: number;
  /** Decay of the first moment, in [0, 1); default 0.5. */
  readonly beta1?: number;
  /** Decay of the second moment, in [0, 1); default 0.9. */
  readonly beta2?: number;
  /** Added to the root of the corrected second moment; default 1e-8, as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * What changes from step to step, [1] each. Not scalars: an engine that compiles whole steps takes equal scalars for one, and
 * would compile anew whenever a rate happens to equal another constant of the step.
 */
interface StepFactors {
  /** ε / √((1 − β₂) / (1 − β₂ᵗ)). */
  readonly epsilon: tf.Tensor1D;
  /** η (1 − β₁) / (1 − β₁ᵗ) / √((1 − β₂) / (1 − β₂ᵗ)). */
  readonly rate: tf.Tensor1D;
}

/** Everything that {@link Adam} remembers between steps. */
export interface AdamState {
  /** Number of updates of each variable so far. */
  readonly steps: Readonly<Record<string, number>>;
  /** Moments by `<variable name>.first` and `<variable name>.second`. */
  readonly tensors: Readonly<Record<string, tf.Tensor>>;
}

interface Moments {
  step: number;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

/** A variable on its way. */
interface Movement {
  readonly variable: tf.Variable;
  readonly moments: Moments;
  readonly gradient: tf.Tensor;
}

/** Variables of up to so many elements move together: an operation on each would take longer to begin than to compute. */
const SMALL = 512;

/**
 * Adam whose whole state can be read and restored, so that an interrupted training continues with
 * exactly the same bits.
 *
 * `m ← β₁ m + g`, `v ← β₂ v + g²`, `θ ← θ − η · m̂ / (√v̂ + ε)` with
 * `m̂ = m (1 − β₁) / (1 − β₁ᵗ)` and `v̂ = v (1 − β₂) / (1 − β₂ᵗ)`. The two corrections and the step size
 * are folded into two numbers that the host computes in float64 from the integer t.
 *
 * **Differences** from the paper: the moments are kept without the factors `1 − β`, which saves two
 * operations per variable and changes only rounding. From `tf.train.adam`: ε as in PyTorch, where it
 * is added after the correction; t counts the updates of each variable on its own; restorable.
 *
 * @see Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv 1412.6980
 */
export class Adam {
  /** Step size used where {@link apply} is given none. */
  readonly learningRate: number;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #moments: Map<string, Moments> = new Map();

  /**
   * @throws RangeError if a rate or epsilon is not positive and finite, or a decay is outside [0, 1)
   */
  constructor({ learningRate, beta1 = 0.5, beta2 = 0.9, epsilon = 1e-8 }: AdamOptions) {
    for (const [name, value] of Object.entries({ learningRate, epsilon })) checkRate(name, value);
    for (const [name, value] of Object.entries({ beta1, beta2 })) {
      if (!(value >= 0 && value < 1)) {
        throw new RangeError(`Adam: ${name} must be in [0, 1), got ${value}`);
      }
    }
    this.learningRate = learningRate;
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
  }

  /**
   * Moves each variable against its gradient. Variables without a gradient stay as they are, and so
   * does their step count.
   *
   * @param variables - by name; the names identify the state
   * @param gradients - by the same names; left to the caller to dispose
   * @param learningRate - step size of this update, or who says it for every run of a step that {@link StepRecorder} repeats;
   *   default that of the constructor
   * @throws RangeError if a gradient's name is unknown, its shape differs from its variable's, or the
   *   learning rate is not positive and finite
   */
  apply(
    variables: ReadonlyMap<string, tf.Variable>,
    gradients: Readonly<Record<string, tf.Tensor>>,
    learningRate: number | (() => number) = this.learningRate,
  ): void {
    const rate = (): number => {
      const value = typeof learningRate === 'number' ? learningRate : learningRate();
      checkRate('learningRate', value);
      return value;
    };
    rate();
    for (const [name, gradient] of Object.entries(gradients)) {
      const variable = variables.get(name);
      if (variable === undefined) {
        throw new RangeError(`Adam: gradients must be of given variables, got "${name}"`);
      }
      if (!tf.util.arraysEqual(variable.shape, gradient.shape)) {
        throw new RangeError(
          `Adam: gradient of "${name}" must have shape [${variable.shape}], got [${gradient.shape}]`,
        );
      }
    }
    tf.tidy(() => {
      const byStep = new Map<number, string[]>();
      for (const name of Object.keys(gradients)) {
        const { step } = this.#momentsOf(name, variables.get(name)!);
        const names = byStep.get(step);
        if (names === undefined) byStep.set(step, [name]);
        else names.push(name);
      }
      for (const names of byStep.values()) {
        const factors = this.#nextFactors(names, rate);
        const movements = names.map((name) => ({
          variable: variables.get(name)!,
          moments: this.#moments.get(name)!,
          gradient: gradients[name]!,
        }));
        const small = movements.filter(({ variable }) => variable.size <= SMALL);
        if (small.length > 0) this.#move(small, factors);
        for (const movement of movements) {
          if (movement.variable.size > SMALL) this.#move([movement], factors);
        }
      }
    });
  }

  /** The state as it is now: the optimizer's own tensors, to be read, not disposed. */
  state(): AdamState {
    const steps: Record<string, number> = {};
    const tensors: Record<string, tf.Tensor> = {};
    for (const [name, { step, first, second }] of this.#moments) {
      steps[name] = step;
      tensors[`${name}.first`] = first;
      tensors[`${name}.second`] = second;
    }
    return { steps, tensors };
  }

  /**
   * Replaces the state by one that {@link state} described. The tensors are copied.
   *
   * @throws RangeError if a step is not a positive integer, or a moment is missing
   */
  restore({ steps, tensors }: AdamState): void {
    for (const [name, step] of Object.entries(steps)) {
      if (!Number.isInteger(step) || step < 1) {
        throw new RangeError(`Adam: steps of "${name}" must be a positive integer, got ${step}`);
      }
      for (const moment of [`${name}.first`, `${name}.second`]) {
        if (tensors[moment] === undefined) {
          throw new RangeError(`Adam: state must hold "${moment}", got none`);
        }
      }
    }
    const restored = Object.entries(steps).map(([name, step]): [string, Moments] => {
      const copy = (moment: string) => tf.variable(tensors[`${name}.${moment}`]!, false);
      return [name, { step, first: copy('first'), second: copy('second') }];
    });
    this.dispose(); // after copying: the state may be this optimizer's own
    for (const [name, moments] of restored) this.#moments.set(name, moments);
  }

  /** Frees the state; the optimizer is then as new. */
  dispose(): void {
    for (const { first, second } of this.#moments.values()) tf.dispose([first, second]);
    this.#moments.clear();
  }

  /** Counts one more update of variables that had the same number, and says by what factors. */
  #nextFactors(names: readonly string[], rate: () => number): StepFactors {
    const [epsilon, factor] = madeForEveryRun(() => {
      const learningRate = rate();
      let step = 0;
      for (const name of names) step = ++this.#moments.get(name)!.step;
      const correction1 = (1 - this.#beta1) / (1 - this.#beta1 ** step);
      const correction2 = Math.sqrt((1 - this.#beta2) / (1 - this.#beta2 ** step));
      return [
        tf.tensor1d([this.#epsilon / correction2]),
        tf.tensor1d([(learningRate * correction1) / correction2]),
      ];
    }) as [tf.Tensor1D, tf.Tensor1D];
    return { epsilon, rate: factor };
  }

  /** Moves variables as if their elements were those of one. */
  #move(movements: readonly Movement[], { epsilon, rate }: StepFactors): void {
    const before = joined(movements.map(({ moments }) => moments.first));
    const beforeSquared = joined(movements.map(({ moments }) => moments.second));
    const gradient = joined(movements.map((movement) => movement.gradient));
    const first = tf.add(tf.mul(before, this.#beta1), gradient);
    const second = tf.add(tf.mul(beforeSquared, this.#beta2), tf.square(gradient));
    const direction = tf.mul(tf.div(first, tf.add(tf.sqrt(second), epsilon)), rate);
    const moved = tf.sub(joined(movements.map(({ variable }) => variable)), direction);
    assign(
      movements.map(({ moments }) => moments.first),
      first,
    );
    assign(
      movements.map(({ moments }) => moments.second),
      second,
    );
    assign(
      movements.map(({ variable }) => variable),
      moved,
    );
  }

  #momentsOf(name: string, variable: tf.Variable): Moments {
    const known = this.#moments.get(name);
    if (known !== undefined) return known;
    // uploaded, not tf.zeros: engines that compile whole steps then compile the first one as all others
    const zeros = () =>
      tf.variable(tf.tensor(new Float32Array(variable.size), variable.shape), false);
    const fresh = { step: 0, first: zeros(), second: zeros() };
    this.#moments.set(name, fresh);
    return fresh;
  }
}

/** The elements of several tensors as one vector; a single one stays as it is. */
function joined(tensors: readonly tf.Tensor[]): tf.Tensor {
  if (tensors.length === 1) return tensors[0]!;
  return tf.concat(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));
}

/** Gives variables the elements of what was {@link joined}. */
function assign(variables: readonly tf.Variable[], elements: tf.Tensor): void {
  const sizes = variables.map(({ size }) => size);
  const parts = variables.length === 1 ? [elements] : tf.split(elements, sizes);
  for (const [i, variable] of variables.entries()) {
    variable.assign(tf.reshape(parts[i]!, variable.shape));
  }
}

function checkRate(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new RangeError(`Adam: ${name} must be positive and finite, got ${value}`);
  }
}
