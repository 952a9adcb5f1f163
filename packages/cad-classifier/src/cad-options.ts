/** The sizes of a CAD network, which with the weights define it. */
export interface CadOptions {
  /** Rows of the images. */
  readonly height: number;
  /** Columns of the images. */
  readonly width: number;
  /**
   * How many modules of VGG11's convolutional part are used, counted as torchvision does: a convolution, a ReLU and a
   * max pooling are one each; 21 is the whole part, as in the paper.
   */
  readonly vggModules: number;
  /** Scales the paper's channel counts; rounded to multiples of 4. */
  readonly channelMultiplier: number;
  /** Share of features dropped in training after the first linear layer; the paper's is 0.2. */
  readonly dropout: number;
  /**
   * Least number of channels in a group of the GroupNorms: 32 groups as in the paper where that leaves enough. On a
   * vector, a group of one channel is normalised to a constant, which would silence the head.
   */
  readonly channelsPerGroup: number;
}

/** The named sizes of {@link cadOptions}. */
export type CadPreset = 'paper-high' | 'paper-low' | 'large' | 'medium' | 'small';

const PAPER = { vggModules: 21, channelMultiplier: 1, dropout: 0.2, channelsPerGroup: 8 } as const;
const SCALED = {
  vggModules: 6,
  channelMultiplier: 1 / 4,
  dropout: 0.2,
  channelsPerGroup: 8,
} as const;

const PRESETS: Readonly<Record<CadPreset, CadOptions>> = {
  'paper-high': { height: 1728, width: 1408, ...PAPER },
  'paper-low': { height: 1024, width: 832, ...PAPER },
  large: { height: 384, width: 320, ...SCALED },
  medium: { height: 192, width: 160, ...SCALED },
  small: { height: 96, width: 80, ...SCALED },
};

/**
 * Returns the sizes of a named network, some of them changed if you like.
 *
 * `'paper-high'` (1728×1408) and `'paper-low'` (1024×832) are the paper's: all of VGG11, full width. `'large'`
 * (384×320), `'medium'` (192×160) and `'small'` (96×80) have VGG11's first six modules at a quarter of the width, so that
 * the receptive field covers a lesion and not the whole breast.
 *
 * @throws RangeError if the preset is unknown or the sizes are not those of a network
 * @example
 * ```ts
 * cadOptions('small', { dropout: 0 }).vggModules; // => 6
 * ```
 * @see Zhou et al. (2021), Methods and Fig. 3a, doi 10.1038/s41467-021-27577-x
 */
export function cadOptions(preset: CadPreset, changes: Partial<CadOptions> = {}): CadOptions {
  const base = PRESETS[preset];
  if (base === undefined) {
    throw new RangeError(
      `cadOptions: preset must be one of ${Object.keys(PRESETS).join(', ')}, got ${preset}`,
    );
  }
  const options = { ...base, ...changes };
  checkCadOptions('cadOptions', options);
  return options;
}

/** @throws RangeError named after the calling function, if the sizes are not those of a network */
export function checkCadOptions(caller: string, options: CadOptions): void {
  const fail = (what: string, value: unknown): never => {
    throw new RangeError(`${caller}: ${what}, got ${value}`);
  };
  const { height, width, vggModules, channelMultiplier, dropout, channelsPerGroup } = options;
  if (!Number.isSafeInteger(vggModules) || vggModules < 2 || vggModules > 21) {
    fail('vggModules must be an integer from 2 to 21', vggModules);
  }
  const least = leastSize(vggModules);
  for (const [name, size] of Object.entries({ height, width })) {
    if (!Number.isSafeInteger(size) || size < least) {
      fail(`${name} must be an integer from ${least} on with ${vggModules} modules`, size);
    }
  }
  if (!(channelMultiplier > 0 && channelMultiplier <= 8)) {
    fail('channelMultiplier must lie in (0, 8]', channelMultiplier);
  }
  if (!(dropout >= 0 && dropout < 1)) fail('dropout must lie in [0, 1)', dropout);
  if (!Number.isSafeInteger(channelsPerGroup) || channelsPerGroup < 2) {
    fail('channelsPerGroup must be an integer from 2 on', channelsPerGroup);
  }
}

/** Every max pooling halves the image, and three rows are the least from which Fnet makes one. */
function leastSize(vggModules: number): number {
  const poolings = [3, 6, 11, 16, 21].filter((modules) => modules <= vggModules).length;
  return 3 * 2 ** poolings;
}
