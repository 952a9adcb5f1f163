import type * as tf from '@tensorflow/tfjs-core';
import {
  type AutoProjectedGradientOptions,
  autoProjectedGradient,
} from './auto-projected-gradient.ts';
import { type CarliniWagnerOptions, carliniWagner } from './carlini-wagner.ts';
import type { AttackTargets, DifferentiableClassifier } from './classifier.ts';
import { type DeepFoolOptions, deepFool } from './deep-fool.ts';
import { type ProjectedGradientOptions, projectedGradient } from './projected-gradient.ts';
import { type SquareAttackOptions, squareAttack } from './square.ts';

/** Options by the name of the attack. */
export interface GradientAttackOptions {
  /** One step of length ε from the image itself. */
  readonly fgsm: Pick<ProjectedGradientOptions, 'epsilon'>;
  /** Plain steps along the gradient. */
  readonly pgd: Omit<ProjectedGradientOptions, 'momentum'>;
  /** Steps along all gradients so far. */
  readonly 'momentum-pgd': ProjectedGradientOptions;
  /** Steps that choose their own length. */
  readonly apgd: AutoProjectedGradientOptions;
  /** A search for the least change in the 2-norm. */
  readonly 'carlini-wagner': CarliniWagnerOptions;
  /** Steps to the nearest boundary. */
  readonly deepfool: DeepFoolOptions;
  /** Random squares, without gradients. */
  readonly square: SquareAttackOptions;
}

/** The names in {@link GRADIENT_ATTACKS}. */
export type GradientAttackName = keyof GradientAttackOptions;

/** What a registered attack is. */
export interface GradientAttack<Options> {
  /** What it needs of the classifier: gradients, or scores alone. */
  readonly knowledge: 'gradients' | 'scores';
  /** Whether its change stays within a radius, or is made as small as it can be. */
  readonly aim: 'fixed radius' | 'least change';
  /** Authors, year, DOI or arXiv. */
  readonly reference: string;
  /** Common settings for pixels in [0, 1]. */
  readonly defaults: Options;
  /** Adversarial images in the shape of the originals; owned by the caller. */
  readonly run: (
    classifier: DifferentiableClassifier,
    targets: AttackTargets,
    options: Options,
  ) => Promise<tf.Tensor4D>;
}

const LOOP = { norm: 'linf', loss: 'cross-entropy', seed: 1 } as const;
const RADIUS = 8 / 255;

/** Gradient attacks under one interface, for tables over all of them. */
export const GRADIENT_ATTACKS: {
  readonly [Name in GradientAttackName]: GradientAttack<GradientAttackOptions[Name]>;
} = {
  fgsm: {
    knowledge: 'gradients',
    aim: 'fixed radius',
    reference: 'Goodfellow, Shlens and Szegedy 2015, arXiv 1412.6572',
    defaults: { epsilon: RADIUS },
    run: (classifier, targets, { epsilon }) =>
      projectedGradient(classifier, targets, {
        ...LOOP,
        epsilon,
        stepSize: epsilon,
        steps: 1,
        momentum: 0,
        randomStart: false,
      }),
  },
  pgd: {
    knowledge: 'gradients',
    aim: 'fixed radius',
    reference: 'Madry et al. 2018, arXiv 1706.06083',
    defaults: { ...LOOP, epsilon: RADIUS, steps: 10, stepSize: 2 / 255, randomStart: true },
    run: (classifier, targets, options) =>
      projectedGradient(classifier, targets, { ...options, momentum: 0 }),
  },
  'momentum-pgd': {
    knowledge: 'gradients',
    aim: 'fixed radius',
    reference: 'Dong et al. 2018, doi 10.1109/CVPR.2018.00957',
    defaults: {
      ...LOOP,
      epsilon: RADIUS,
      steps: 10,
      stepSize: 2 / 255,
      momentum: 1,
      randomStart: false,
    },
    run: projectedGradient,
  },
  apgd: {
    knowledge: 'gradients',
    aim: 'fixed radius',
    reference: 'Croce and Hein 2020, arXiv 2003.01690',
    defaults: { ...LOOP, epsilon: RADIUS, steps: 50, successShare: 0.75, randomStart: true },
    run: autoProjectedGradient,
  },
  'carlini-wagner': {
    knowledge: 'gradients',
    aim: 'least change',
    reference: 'Carlini and Wagner 2017, doi 10.1109/SP.2017.49',
    defaults: {
      searchSteps: 9,
      steps: 1000,
      learningRate: 0.01,
      initialConstant: 0.001,
      confidence: 0,
      abortEarly: true,
    },
    run: carliniWagner,
  },
  deepfool: {
    knowledge: 'gradients',
    aim: 'least change',
    reference: 'Moosavi-Dezfooli, Fawzi and Frossard 2016, doi 10.1109/CVPR.2016.282',
    defaults: { steps: 50, overshoot: 0.02 },
    run: deepFool,
  },
  square: {
    knowledge: 'scores',
    aim: 'fixed radius',
    reference: 'Andriushchenko et al. 2020, doi 10.1007/978-3-030-58592-1_29',
    defaults: { epsilon: RADIUS, queries: 1000, firstShare: 0.8, seed: 1 },
    run: squareAttack,
  },
};
