/** How the features of a generator are normalised: by groups of an image's channels, or over the batch. */
export type GeneratorNormalisation = 'group' | 'batch';

/**
 * What the last layer's output h is: `'image'` is the whole image, sigmoid(h), as in the paper; `'delta'` is the
 * change, image + h, which starts at exactly no change.
 */
export type GeneratorOutput = 'image' | 'delta';

/** The sizes of a generator, which with the weights define it. */
export interface GeneratorOptions {
  /** Rows of the images, a multiple of 2^levels. */
  readonly height: number;
  /** Columns of the images, a multiple of 2^levels. */
  readonly width: number;
  /** How often the U-Net halves the image, 1 to 5; the paper's is 5. */
  readonly levels: number;
  /** Scales the paper's channel counts 64, 128, 256, 512, 512, 512; rounded to multiples of 4. */
  readonly channelMultiplier: number;
  /** 'group' as in the paper's text, 'batch' as in its released program. */
  readonly normalisation: GeneratorNormalisation;
  /** 'image' as in the paper. */
  readonly output: GeneratorOutput;
}

/** The named sizes of {@link generatorOptions}. */
export type GeneratorPreset = 'paper-high' | 'paper-low' | 'large' | 'medium' | 'small';

const PAPER = {
  levels: 5,
  channelMultiplier: 1,
  normalisation: 'group',
  output: 'image',
} as const;
const SCALED = {
  levels: 4,
  channelMultiplier: 1 / 8,
  normalisation: 'group',
  output: 'delta',
} as const;

const PRESETS: Readonly<Record<GeneratorPreset, GeneratorOptions>> = {
  'paper-high': { height: 1728, width: 1408, ...PAPER },
  'paper-low': { height: 1024, width: 832, ...PAPER },
  large: { height: 384, width: 320, ...SCALED },
  medium: { height: 192, width: 160, ...SCALED },
  small: { height: 96, width: 80, ...SCALED },
};

/**
 * Returns the sizes of a named generator, some of them changed if you like.
 *
 * `'paper-high'` (1728×1408) and `'paper-low'` (1024×832) are the paper's: 5 levels, full width, whole image.
 * `'large'` (384×320), `'medium'` (192×160) and `'small'` (96×80) have 4 levels, an eighth of the width and change the
 * image.
 *
 * **Differences**: the paper's text has GroupNorm, as here, its released program BatchNorm (`normalisation`).
 *
 * @throws RangeError if the preset is unknown or the sizes are not those of a generator
 * @example
 * ```ts
 * generatorOptions('small', { output: 'image' }).levels; // => 4
 * ```
 * @see Zhou et al. (2021), Methods and Fig. 3b, doi 10.1038/s41467-021-27577-x
 */
export function generatorOptions(
  preset: GeneratorPreset,
  changes: Partial<GeneratorOptions> = {},
): GeneratorOptions {
  const base = PRESETS[preset];
  if (base === undefined) {
    throw new RangeError(
      `generatorOptions: preset must be one of ${Object.keys(PRESETS).join(', ')}, got ${preset}`,
    );
  }
  const options = { ...base, ...changes };
  checkGeneratorOptions('generatorOptions', options);
  return options;
}

/** @throws RangeError named after the calling function, if the sizes are not those of a generator */
export function checkGeneratorOptions(caller: string, options: GeneratorOptions): void {
  const { height, width, levels, channelMultiplier, normalisation, output } = options;
  if (!Number.isSafeInteger(levels) || levels < 1 || levels > 5) {
    throw new RangeError(`${caller}: levels must be an integer from 1 to 5, got ${levels}`);
  }
  const step = 2 ** levels;
  for (const [name, size] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(size) || size < step || size % step !== 0) {
      throw new RangeError(
        `${caller}: ${name} must be a positive multiple of 2^levels = ${step}, got ${size}`,
      );
    }
  }
  if (!(channelMultiplier > 0 && channelMultiplier <= 8)) {
    throw new RangeError(
      `${caller}: channelMultiplier must lie in (0, 8], got ${channelMultiplier}`,
    );
  }
  if (normalisation !== 'group' && normalisation !== 'batch') {
    throw new RangeError(
      `${caller}: normalisation must be 'group' or 'batch', got ${normalisation}`,
    );
  }
  if (output !== 'image' && output !== 'delta') {
    throw new RangeError(`${caller}: output must be 'image' or 'delta', got ${output}`);
  }
}
