import * as tf from '@tensorflow/tfjs-core';
import { GRADIENT_ATTACKS, type GradientAttackOptions } from './gradient/attack-registry.ts';
import type { DifferentiableClassifier } from './gradient/classifier.ts';
import {
  type UniversalPerturbationOptions,
  universalPerturbation,
} from './gradient/universal-perturbation.ts';
import {
  type GeneratorAttackOptions,
  type GeneratorPair,
  generatorAttack,
  type ImageAttack,
} from './image-attack.ts';

/** An attack as the registry knows it: what it is, and how it is made ready. */
export interface RegisteredAttack<Against, Options> {
  /** What is made ready: a gradient attack against a classifier, a generative one with its trained generators. */
  readonly kind: 'gradient' | 'generative';
  /** What it needs while it attacks. */
  readonly knowledge: 'gradients' | 'scores' | 'nothing';
  /**
   * A change within ε; the least change that fools; or the look of the other class, however large the
   * change.
   */
  readonly aim: 'fixed radius' | 'least change' | 'other class';
  /** What is computed, in a line. */
  readonly equation: string;
  /** Authors, year, DOI or arXiv. */
  readonly reference: string;
  /** Common settings for pixels in [0, 1]; their names are those of the options. */
  readonly defaults: Options;
  /**
   * @param options - what differs from the defaults
   * @throws RangeError if an option's name is not one of the attack
   */
  prepare(against: Against, options?: Partial<Options>): ImageAttack;
}

/** Gradient attacks by name with their options; `'universal-perturbation'` fits one change to all images that it is given. */
export interface ClassifierAttackOptions extends GradientAttackOptions {
  /** One change for all images, which is why they are passed over again and again. */
  readonly 'universal-perturbation': UniversalPerturbationOptions;
}

/** The registry's type, by the names of the attacks. */
export type AttackRegistry = {
  readonly [Name in keyof ClassifierAttackOptions]: RegisteredAttack<
    DifferentiableClassifier,
    ClassifierAttackOptions[Name]
  >;
} & {
  readonly [Name in 'u-net-gan' | 'cycle-gan']: RegisteredAttack<
    GeneratorPair,
    GeneratorAttackOptions
  >;
};

/** The names of all attacks. */
export type AttackName = keyof AttackRegistry;

/**
 * All attacks under one interface: `ATTACKS[name].prepare(against, options).attack(images, { labels })`.
 *
 * @example
 * ```ts
 * Object.keys(ATTACKS).length; // => 10
 * ```
 */
export const ATTACKS: AttackRegistry = {
  fgsm: classifierAttack('fgsm', 'x + ε·sign(∇ₓL)'),
  pgd: classifierAttack('pgd', 'xₜ₊₁ = Π(xₜ + α·direction(∇ₓL(xₜ)))'),
  'momentum-pgd': classifierAttack(
    'momentum-pgd',
    'gₜ₊₁ = μ·gₜ + ∇ₓL/‖∇ₓL‖₁, xₜ₊₁ = Π(xₜ + α·direction(gₜ₊₁))',
  ),
  apgd: classifierAttack(
    'apgd',
    'xₜ₊₁ = Π(xₜ + 0.75·(zₜ₊₁ − xₜ) + 0.25·(xₜ − xₜ₋₁)), η halved where the loss stalls',
  ),
  'carlini-wagner': classifierAttack('carlini-wagner', 'min ‖δ‖₂² + c·max(z_y − maxⱼ≠y zⱼ + κ, 0)'),
  deepfool: classifierAttack('deepfool', 'r ← r + |f_l|/‖w_l‖₂ · w_l/‖w_l‖₂'),
  square: classifierAttack('square', 'squares of ±ε, kept where the margin grows'),
  'universal-perturbation': {
    kind: 'gradient',
    knowledge: 'gradients',
    aim: 'fixed radius',
    equation: 'v ← Π_ε(v + deepfool(x + v)), one v for all x',
    reference: 'Moosavi-Dezfooli et al. 2017, doi 10.1109/CVPR.2017.17',
    defaults: {
      norm: 'linf',
      epsilon: 8 / 255,
      passes: 5,
      fooledShare: 0.8,
      steps: 50,
      overshoot: 0.02,
      seed: 1,
    },
    prepare(classifier, changes = {}) {
      const options = settings('universal-perturbation', this.defaults, changes);
      const [least, greatest] = classifier.bounds;
      return ready('universal-perturbation', async (targets) => {
        const v = await universalPerturbation(classifier, targets, options);
        const moved = tf.tidy(() => tf.clipByValue(tf.add(targets.images, v), least, greatest));
        v.dispose();
        return moved as tf.Tensor4D;
      });
    },
  },
  'u-net-gan': generativeAttack('u-net-gan', {
    equation: 'min_G max_D s(D(x)) − s(D(G(y))), with ‖G(y) − y‖²/‖y‖² small',
    reference: 'Zhou et al. 2021, doi 10.1038/s41467-021-27577-x',
  }),
  'cycle-gan': generativeAttack('cycle-gan', {
    equation: 'min_{R,I} max_D of both E (D − 1)², with R(I(n)) ≈ n and I(R(p)) ≈ p',
    reference: 'Becker et al. 2018, arXiv 1811.07767; Zhu et al. 2017, doi 10.1109/ICCV.2017.244',
  }),
};

function classifierAttack<Name extends keyof GradientAttackOptions>(
  name: Name,
  equation: string,
): RegisteredAttack<DifferentiableClassifier, GradientAttackOptions[Name]> {
  const { knowledge, aim, reference, defaults, run } = GRADIENT_ATTACKS[name];
  return {
    kind: 'gradient',
    ...{ knowledge, aim, equation, reference, defaults },
    prepare(classifier, changes = {}) {
      const options = settings(name, defaults, changes);
      return ready(name, (targets) => run(classifier, targets, options));
    },
  };
}

function generativeAttack(
  name: 'u-net-gan' | 'cycle-gan',
  described: Readonly<Record<'equation' | 'reference', string>>,
): RegisteredAttack<GeneratorPair, GeneratorAttackOptions> {
  const defaults: GeneratorAttackOptions = { batch: 8 };
  return {
    kind: 'generative',
    knowledge: 'nothing',
    aim: 'other class',
    ...described,
    defaults,
    prepare: (generators, changes = {}) =>
      generatorAttack(name, generators, settings(name, defaults, changes, ['keepBackground'])),
  };
}

type Targets = Parameters<(typeof GRADIENT_ATTACKS)['pgd']['run']>[1];

function ready(name: string, run: (targets: Targets) => Promise<tf.Tensor4D>): ImageAttack {
  return {
    name,
    async attack(images, { labels } = {}) {
      if (labels === undefined) {
        throw new RangeError(`${name}: labels must be the class of each image, got none`);
      }
      return { images: await run({ images, labels }), attack: name, synthetic: true };
    },
  };
}

/** The defaults with changes. */
function settings<Options extends object>(
  name: string,
  defaults: Options,
  changes: Partial<Options>,
  further: readonly string[] = [],
): Options {
  const known = [...Object.keys(defaults), ...further];
  const unknown = Object.keys(changes).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new RangeError(
      `${name}: options must be among ${known.join(', ')}, got ${unknown.join(', ')}`,
    );
  }
  return { ...defaults, ...changes };
}
