import { randomStream } from '@mammo/mammo-io';

/** How the convolutions start: as the paper, or as networks of ReLUs that are trained from scratch do. */
export type Initialiser = 'xavier' | 'he';

/**
 * First values of a weight: Xavier-normal (sd = √(2 / (fan in + fan out))), or for convolutions He-normal
 * (sd = √(2 / fan in)); biases are 0, gains of GroupNorm 1.
 *
 * @see Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural networks
 * @see He et al. (2015), Delving deep into rectifiers, doi 10.1109/ICCV.2015.123
 */
export function initialValues(
  name: string,
  shape: readonly number[],
  { seed, initialiser }: { readonly seed: number; readonly initialiser: Initialiser },
): Float32Array {
  const count = shape.reduce((product, length) => product * length, 1);
  if (shape.length === 1) return new Float32Array(count).fill(/\.gn\d\.weight$/.test(name) ? 1 : 0);
  const window = shape.length === 4 ? 9 : 1;
  const [fanIn, fanOut] = shape.slice(-2).map((length) => length * window) as [number, number];
  const isHe = initialiser === 'he' && shape.length === 4;
  const sd = Math.sqrt(2 / (isHe ? fanIn : fanIn + fanOut));
  const random = randomStream(seed, 'weights', name);
  return Float32Array.from({ length: count }, () => sd * random.normal());
}
