import {
  blurToMatch,
  breastNoise,
  fidelityAccumulator,
  gaussianBlur,
  noiseToMatch,
} from '@mammo/adversarial-eval';
import type { CadModel } from '@mammo/cad-classifier';
import { IMAGENET_MEAN } from '@mammo/mammo-io/tensors';
import { proportion } from '@mammo/reader-study-stats';
import type { Direction } from '../fakes.ts';
import { type Rate, rateOf } from '../rates.ts';
import type { Control } from '../results.ts';
import { gradientAttack } from './gradient-control.ts';
import { type GreyLevels, type ScoringOptions, scorePixels } from './score-pixels.ts';

/** The real images of a direction with what the CAD said of them. */
export interface ControlSubject {
  readonly direction: Direction;
  readonly images: readonly Uint16Array[];
  /** p(cancer) of the real images. */
  readonly scores: readonly number[];
  /** Loss_gen1 of the attack, which the degradations are matched to. */
  readonly nmse: number;
}

/** The other ways in which the same images may be changed. */
export interface OtherImages {
  /** What the generator makes of them before it is trained against the CAD. */
  readonly identityPass: readonly GreyLevels[];
  /** What it makes of images that already look as intended; their scores before are given too. */
  readonly targetClass: {
    readonly before: readonly Uint16Array[];
    readonly after: readonly GreyLevels[];
    readonly scores: readonly number[];
  };
  /** The same patients drawn without their lesion; synthetic cohort, removal only. */
  readonly twins?: readonly Uint16Array[];
}

export interface ControlContext extends ScoringOptions {
  readonly cad: CadModel;
  readonly seed: number;
}

/** What else fools the CAD: the attack is only interesting where it beats these. */
export async function measureControls(
  subject: ControlSubject,
  other: OtherImages,
  context: ControlContext,
): Promise<Control[]> {
  const geometry = { height: context.height, width: context.width, maximum: 65535 };
  const wanted = { ...geometry, nmse: subject.nmse };
  const blur = await blurToMatch(subject.images, wanted);
  const noise = await noiseToMatch(subject.images, { ...wanted, seed: context.seed });
  const measure = async (
    name: Control['name'],
    description: string,
    images: readonly GreyLevels[],
    of: { images: readonly Uint16Array[]; scores: readonly number[] } = subject,
    towards: Direction = subject.direction,
  ): Promise<Control> => ({
    direction: subject.direction,
    name,
    description,
    fooled: fooledShare(towards, of.scores, await scorePixels(context.cad, images, context)),
    nmse: lossGen1(of.images, images, context),
  });
  const epsilon = matchedRadius(subject);
  const target = { images: other.targetClass.before, scores: other.targetClass.scores };
  const opposite = subject.direction === 'remove' ? 'insert' : 'remove';
  return [
    await measure(
      'blur',
      `Gaussian blur, σ ${blur.sigma.toFixed(2)} pixels${blur.status === 'matched' ? ', at the attack’s Loss_gen1' : ''}`,
      subject.images.map((image) => gaussianBlur(image, { ...geometry, sigma: blur.sigma })),
    ),
    await measure(
      'white-noise',
      `white noise in the breast, σ ${(100 * noise.sigma).toFixed(2)} % of full scale${noise.status === 'matched' ? ', at the attack’s Loss_gen1' : ''}`,
      subject.images.map((image, index) =>
        breastNoise(image, { ...geometry, sigma: noise.sigma, seed: context.seed, index }),
      ),
    ),
    await measure(
      'gradient-l2',
      `projected gradient descent in an L2 ball of radius ${epsilon.toFixed(3)} (pixels in [0, 1]), at the attack’s Loss_gen1`,
      await gradientAttack(context.cad, subject.images, {
        ...context,
        direction: subject.direction,
        epsilon,
      }),
    ),
    await measure(
      'identity-pass',
      'the generator before its adversarial stages',
      other.identityPass,
    ),
    await measure(
      'target-class-pass',
      'the generator on images that already look as intended: share that turns the other way',
      other.targetClass.after,
      target,
      opposite,
    ),
    ...(other.twins
      ? [
          await measure(
            'lesion-free-twin',
            'the same patient drawn without the lesion: the perfect removal',
            other.twins,
          ),
        ]
      : []),
  ];
}

/** The length of a change of every image that makes the given Loss_gen1 over all of them. */
function matchedRadius({ images, nmse }: ControlSubject): number {
  let norm = 0; // Σ ‖real − mean of ImageNet’s first channel‖²
  for (const image of images) {
    for (const level of image) norm += (level / 65535 - IMAGENET_MEAN[0]) ** 2;
  }
  return Math.sqrt((nmse * norm) / Math.max(1, images.length));
}

/** Of the images that the CAD had right, those that it has wrong after the change. */
function fooledShare(
  direction: Direction,
  before: readonly number[],
  after: readonly number[],
): Rate {
  const isPositive = (score: number | undefined) => (score ?? 0) > 0.5;
  const source = direction === 'remove';
  const right = before.map((score) => isPositive(score) === source);
  const fooled = after.filter((score, i) => right[i] && isPositive(score) !== source).length;
  return rateOf(proportion(fooled, right.filter(Boolean).length));
}

function lossGen1(
  real: readonly Uint16Array[],
  changed: readonly GreyLevels[],
  { height, width }: ScoringOptions,
): number {
  const fidelity = fidelityAccumulator({ height, width, maximum: 65535 });
  for (const [i, image] of real.entries()) fidelity.add(image, changed[i] ?? image);
  return fidelity.summary().nmse.value ?? 0;
}
