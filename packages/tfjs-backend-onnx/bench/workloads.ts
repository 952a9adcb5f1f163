import {
  Adam,
  gradientPenalty,
  logSigmoid,
  logSoftmax,
  valueAndInputGradient,
  valueAndVariableGradients,
} from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';
import { classify, createClassifier, createGenerator, generate, type Weights } from './networks.ts';

/** One run of a workload, ended by reading its small result. */
export type Workload = () => Promise<void>;

export interface WorkloadName {
  readonly what: 'classifier step' | 'generator step' | 'classifier forward' | 'generator forward';
  readonly height: number;
  readonly width: number;
  readonly batch: number;
}

export const WORKLOADS: readonly WorkloadName[] = [
  { what: 'classifier step', height: 192, width: 160, batch: 16 },
  { what: 'classifier step', height: 96, width: 80, batch: 16 },
  { what: 'generator step', height: 192, width: 160, batch: 4 },
  { what: 'generator step', height: 96, width: 80, batch: 4 },
  { what: 'classifier forward', height: 192, width: 160, batch: 32 },
  { what: 'generator forward', height: 192, width: 160, batch: 32 },
];

const pixels = (shape: number[]): Float32Array => {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1009) / 1009;
  return values;
};

async function read(tensor: tf.Tensor): Promise<void> {
  await tensor.data();
  tensor.dispose();
}

/** Focal loss of half the batch in each class, and a penalty on the margin's input gradient. */
function classifierLoss(weights: Weights, x: tf.Tensor4D): tf.Scalar {
  const batch = x.shape[0];
  const direction = tf.tile(tf.tensor2d([[1, -1]]), [batch, 1]) as tf.Tensor2D;
  const { value, gradient } = valueAndInputGradient(
    (input) => classify(weights, input),
    x,
    direction,
  );
  const truth = tf.concat([
    tf.tile(tf.tensor2d([[1, 0]]), [batch / 2, 1]),
    tf.tile(tf.tensor2d([[0, 1]]), [batch / 2, 1]),
  ]);
  const log = tf.sum(tf.mul(logSoftmax(value), truth), 1);
  const focal = tf.neg(tf.mean(tf.mul(tf.square(tf.sub(1, tf.exp(log))), log)));
  return tf.add(focal, gradientPenalty(gradient as tf.Tensor4D));
}

function generatorLoss(generator: Weights, critic: Weights, grey: tf.Tensor4D): tf.Scalar {
  const fake = generate(generator, grey);
  const score = classify(critic, tf.concat([fake, fake, fake], 3));
  const distance = tf.div(tf.sum(tf.square(tf.sub(fake, grey))), tf.sum(tf.square(grey)));
  return tf.add(tf.neg(tf.mean(logSigmoid(score))), distance);
}

function step(weights: Weights, adam: Adam, loss: () => tf.Scalar): tf.Scalar {
  return tf.tidy(() => {
    const { value, gradients } = valueAndVariableGradients(loss, weights);
    adam.apply(weights, gradients);
    return value;
  });
}

/** A classifier whose steps may take images of any size. */
export function createTraining(): (images: Omit<WorkloadName, 'what'>) => Promise<void> {
  const weights = createClassifier(2);
  const adam = new Adam({ learningRate: 1e-5 });
  return ({ height, width, batch }) => {
    const shape = [batch, height, width, 3];
    const input = () => tf.tensor(pixels(shape), shape) as tf.Tensor4D;
    return read(step(weights, adam, () => classifierLoss(weights, input())));
  };
}

/** Sets up a workload on the present backend. */
export function createWorkload({ what, height, width, batch }: WorkloadName): Workload {
  const colour = [batch, height, width, 3];
  const grey = [batch, height, width, 1];
  const image = pixels(what.startsWith('classifier') ? colour : grey);
  const adam = new Adam({ learningRate: 1e-5 });
  const input = (shape: number[]) => tf.tensor(image, shape) as tf.Tensor4D;
  switch (what) {
    case 'classifier step': {
      const weights = createClassifier(2);
      return () => read(step(weights, adam, () => classifierLoss(weights, input(colour))));
    }
    case 'generator step': {
      const generator = createGenerator();
      const critic = createClassifier(1);
      return () => read(step(generator, adam, () => generatorLoss(generator, critic, input(grey))));
    }
    case 'classifier forward': {
      const weights = createClassifier(2);
      return () => read(tf.tidy(() => classify(weights, input(colour))));
    }
    case 'generator forward': {
      const weights = createGenerator();
      return () => read(tf.tidy(() => generate(weights, input(grey))));
    }
    default:
      return what satisfies never;
  }
}
