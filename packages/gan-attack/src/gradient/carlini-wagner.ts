import { Adam } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { ATTACK_LOSSES, oneHot } from './attack-loss.ts';
import { type AttackTargets, checkTargets, type DifferentiableClassifier } from './classifier.ts';
import { checkInteger, checkPositive } from './parameters.ts';

/** Options of {@link carliniWagner}. */
export interface CarliniWagnerOptions {
  /** Steps of the search for the constant c. */
  readonly searchSteps: number;
  /** Adam's steps for each constant. */
  readonly steps: number;
  /** Adam's, in the units of w. */
  readonly learningRate: number;
  /** c of the first search step. */
  readonly initialConstant: number;
  /** κ: by how much the margin must be won. */
  readonly confidence: number;
  /** Give a constant up when a tenth of its steps brings less than 0.01 %. */
  readonly abortEarly: boolean;
}

/**
 * The smallest change that fools, by Adam on w with x = tanh(w) scaled to the bounds, so that no pixel leaves them:
 *
 *     min_w ‖x(w) − x₀‖₂² + c·max(0, z_y − maxⱼ≠y zⱼ + κ),
 *
 * c of each image by bisection, ten times larger while it is not fooled.
 *
 * @returns for each image the nearest that was misclassified by κ; the original where none was; the caller's
 * @throws RangeError if an option, the images or the labels are not what the attack needs
 * @see Carlini and Wagner (2017), "Towards evaluating the robustness of neural networks", section VI.A, doi 10.1109/SP.2017.49;
 *   scheme of search and abortion as in the authors' program and Foolbox
 */
export async function carliniWagner(
  classifier: DifferentiableClassifier,
  targets: AttackTargets,
  options: CarliniWagnerOptions,
): Promise<tf.Tensor4D> {
  const { searchSteps, steps, learningRate, initialConstant, confidence } = options;
  checkPositive('carliniWagner', { learningRate, initialConstant });
  checkInteger('carliniWagner', { searchSteps, steps });
  if (!(confidence >= 0)) {
    throw new RangeError(`carliniWagner: confidence must be at least 0, got ${confidence}`);
  }
  const classes = await checkTargets('carliniWagner', classifier, targets);
  const problem = tanhSpace(classifier, targets, classes);
  const count = targets.labels.length;
  const best = { images: tf.clone(targets.images), distances: Array(count).fill(Infinity) };
  const constants: number[] = Array(count).fill(initialConstant);
  const lower: number[] = Array(count).fill(0);
  const upper: number[] = Array(count).fill(Number.POSITIVE_INFINITY);
  try {
    for (let search = 0; search < searchSteps; search++) {
      const found = await descend({ classifier, problem, best }, constants, options);
      for (const [i, isFound] of found.entries()) {
        if (isFound) upper[i] = constants[i]!;
        else lower[i] = constants[i]!;
        constants[i] = upper[i] === Infinity ? 10 * constants[i]! : (lower[i]! + upper[i]!) / 2;
      }
    }
    return best.images;
  } finally {
    tf.dispose([problem.w0, problem.origin, problem.truth]);
  }
}

/** Keeps the tanh of a pixel at its bound finite. */
const ALMOST_ONE = 0.999999;

interface TanhSpace {
  /** w of the originals. */
  readonly w0: tf.Tensor4D;
  /** The originals as they come back from w. */
  readonly origin: tf.Tensor4D;
  readonly truth: tf.Tensor2D;
  readonly toImages: (w: tf.Tensor) => tf.Tensor4D;
}

function tanhSpace(
  { bounds: [least, greatest] }: DifferentiableClassifier,
  { images, labels }: AttackTargets,
  classes: number,
): TanhSpace {
  const [middle, half] = [(least + greatest) / 2, (greatest - least) / 2];
  const toImages = (w: tf.Tensor): tf.Tensor4D =>
    tf.add(tf.mul(tf.tanh(w), half), middle) as tf.Tensor4D;
  const w0 = tf.tidy(
    () => tf.atanh(tf.mul(tf.div(tf.sub(images, middle), half), ALMOST_ONE)) as tf.Tensor4D,
  );
  const truth = tf.tidy(() => oneHot(labels, classes));
  return { w0, origin: tf.tidy(() => toImages(w0)), truth, toImages };
}

interface Search {
  readonly classifier: DifferentiableClassifier;
  readonly problem: TanhSpace;
  readonly best: { images: tf.Tensor4D; readonly distances: number[] };
}

/** Adam for one constant of each image; returns which images were fooled. */
async function descend(
  search: Search,
  constants: readonly number[],
  { steps, learningRate, confidence, abortEarly }: CarliniWagnerOptions,
): Promise<boolean[]> {
  const delta = tf.tidy(() => tf.variable(tf.zerosLike(search.problem.w0)));
  const variables = new Map<string, tf.Variable>([['delta', delta]]);
  const adam = new Adam({ learningRate, beta1: 0.9, beta2: 0.999 });
  const found = constants.map(() => false);
  const tenth = Math.ceil(steps / 10);
  let lossBefore = Number.POSITIVE_INFINITY;
  try {
    for (let step = 0; step < steps; step++) {
      const at = evaluate(search, delta, { constants, confidence });
      adam.apply(variables, { delta: at.gradient });
      const loss = await keepNearest(search.best, at, { found, confidence });
      tf.dispose([at.gradient, at.images, at.loss, at.squares, at.margins]);
      if (!abortEarly || step % tenth !== 0) continue;
      if (!(loss <= WORTHWHILE * lossBefore)) break;
      lossBefore = loss;
    }
    return found;
  } finally {
    delta.dispose();
    adam.dispose();
  }
}

/** Of the loss a tenth of the steps before. */
const WORTHWHILE = 0.9999;

interface Place {
  readonly gradient: tf.Tensor;
  readonly images: tf.Tensor4D;
  readonly loss: tf.Scalar;
  /** ‖x − x₀‖₂² of each image. */
  readonly squares: tf.Tensor1D;
  /** maxⱼ≠y zⱼ − z_y of each image. */
  readonly margins: tf.Tensor1D;
}

/** The objective at w₀ + δ, its parts and its gradient; the caller's. */
function evaluate(
  { classifier, problem: { w0, origin, truth, toImages } }: Search,
  delta: tf.Tensor,
  { constants, confidence }: { constants: readonly number[]; confidence: number },
): Place {
  let parts: Pick<Place, 'images' | 'squares' | 'margins'> | undefined;
  const objective = (change: tf.Tensor): tf.Scalar => {
    const images = tf.keep(toImages(tf.add(w0, change)));
    const squares = tf.keep(tf.sum(tf.square(tf.sub(images, origin)), [1, 2, 3]) as tf.Tensor1D);
    const margins = tf.keep(ATTACK_LOSSES.margin(classifier.logits(images), truth));
    parts = { images, squares, margins };
    const missing = tf.mul(tf.tensor1d([...constants]), tf.relu(tf.sub(confidence, margins)));
    return tf.add(tf.sum(squares), tf.sum(missing)) as tf.Scalar;
  };
  const { value, grad } = tf.tidy(() => tf.valueAndGrad(objective)(delta));
  return { gradient: tf.keep(grad), loss: tf.keep(value) as tf.Scalar, ...parts! };
}

/** Notes which images are fooled here and keeps those that are nearer than before; returns the loss. */
async function keepNearest(
  best: Search['best'],
  at: Place,
  { found, confidence }: { found: boolean[]; confidence: number },
): Promise<number> {
  const [loss, squares, margins] = await Promise.all(
    [at.loss, at.squares, at.margins].map((tensor) => tensor.data()),
  );
  const nearer = found.map((_, i) => {
    if (!(margins![i]! > confidence)) return false;
    found[i] = true;
    const length = Math.sqrt(squares![i]!);
    if (!(length < best.distances[i]!)) return false;
    best.distances[i] = length;
    return true;
  });
  replaceWhere(best, nearer, at.images);
  return loss![0]!;
}

function replaceWhere(best: Search['best'], where: readonly boolean[], images: tf.Tensor4D): void {
  if (!where.includes(true)) return;
  const next = tf.tidy(() => {
    const mask = tf.mul(
      tf.onesLike(images),
      tf.tensor4d(where.map(Number), [where.length, 1, 1, 1]),
    );
    return tf.where(tf.cast(mask, 'bool'), images, best.images) as tf.Tensor4D;
  });
  best.images.dispose();
  best.images = next;
}
