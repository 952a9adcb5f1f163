import * as tf from '@tensorflow/tfjs-core';

type Shape = readonly number[];

const size = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** Multiplications for each element on a convolution's output side. */
const ofFilter = ([height = 1, width = 1, into = 1]: Shape): number => height * width * into;

/** Multiplications of a kernel by the shapes of its operands and of its result; what is not here has none worth counting. */
const COUNTS: Readonly<Record<string, (inputs: readonly Shape[], output: Shape) => number>> = {
  Conv2D: ([, filter = []], output) => size(output) * ofFilter(filter),
  FusedConv2D: ([, filter = []], output) => size(output) * ofFilter(filter),
  Conv2DBackpropInput: ([errors = [], filter = []]) => size(errors) * ofFilter(filter),
  Conv2DBackpropFilter: ([, errors = []], output) => size(errors) * ofFilter(output),
  BatchMatMul: ([a = []], output) => {
    const rows = size(output.slice(0, -1)); // of all batches
    return size(output) * (size(a) / rows);
  },
};

/** Multiply-adds of convolutions and matrix products in a step, in 10⁹. */
export async function gigaMacs(step: () => Promise<void>): Promise<number> {
  const { kernels } = await tf.profile(step as unknown as () => tf.TensorContainer);
  const counts = kernels.map(({ name, inputShapes, outputShapes }) => {
    const [output = []] = outputShapes;
    return COUNTS[name]?.(inputShapes as Shape[], output as Shape) ?? 0;
  });
  return counts.reduce((sum, count) => sum + count, 0) / 1e9;
}

const EDGE = 2048;
const PRODUCTS = 7;

/** The multiply-adds of the engine's matrix product, the fastest of some of 2048×2048 by 2048×2048, in 10⁹ a second. */
export async function matrixProductPeak(): Promise<number> {
  const [a, b] = [tf.randomUniform([EDGE, EDGE]), tf.randomUniform([EDGE, EDGE])];
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < PRODUCTS; i++) {
    const started = performance.now();
    const sum = tf.tidy(() => tf.sum(tf.matMul(a, b)));
    await sum.data();
    fastest = Math.min(fastest, performance.now() - started);
    sum.dispose();
  }
  tf.dispose([a, b]);
  return EDGE ** 3 / 1e6 / fastest;
}
