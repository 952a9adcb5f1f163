import type { GeneratorOptions } from './generator-options.ts';

/** Two convolutions of a U-Net level, each followed by normalisation and LeakyReLU. */
export interface GeneratorBlock {
  /** PyTorch module path: `inc`, `down.0`, `up.0`… */
  readonly path: string;
  readonly inputChannels: number;
  readonly outputChannels: number;
}

/** The blocks of a generator in the order they are run. */
export interface GeneratorPlan {
  readonly inc: GeneratorBlock;
  readonly down: readonly GeneratorBlock[];
  readonly up: readonly GeneratorBlock[];
  /** Channels that enter the last convolution. */
  readonly lastChannels: number;
}

const PAPER_CHANNELS = [64, 128, 256, 512, 512, 512];
const CHANNEL_QUANTUM = 4;
const MIN_CHANNELS_PER_GROUP = 4;

/** Position in a block of the two convolutions and their normalisations, counted as PyTorch's Sequential does. */
export const BLOCK_LAYERS: readonly { readonly conv: number; readonly norm: number }[] = [
  { conv: 0, norm: 1 },
  { conv: 3, norm: 4 },
];

/**
 * Returns the blocks of the U-Net: at the paper's width 1→64 | ↓128 | ↓256 | ↓512 | ↓512 | ↓512, then with skips
 * ↑1024→512 | ↑1024→256 | ↑512→128 | ↑256→64 | ↑128→64, then a convolution 64→1.
 */
export function generatorPlan({ levels, channelMultiplier }: GeneratorOptions): GeneratorPlan {
  const channels = PAPER_CHANNELS.slice(0, levels + 1).map((n) =>
    scaleChannels(n, channelMultiplier),
  );
  const at = (level: number): number => channels[level] as number;
  const down = Array.from({ length: levels }, (_, i) => block(`down.${i}`, at(i), at(i + 1)));
  const up: GeneratorBlock[] = [];
  let current = at(levels);
  for (let level = levels - 1; level >= 0; level--) {
    const output = at(Math.max(0, level - 1));
    up.push(block(`up.${up.length}`, at(level) + current, output));
    current = output;
  }
  return { inc: block('inc', 1, at(0)), down, up, lastChannels: current };
}

/** Shapes of all parameters by PyTorch name, convolutions HWIO. */
export function generatorParameterShapes(options: GeneratorOptions): Map<string, number[]> {
  const plan = generatorPlan(options);
  const shapes = new Map<string, number[]>();
  for (const { path, inputChannels, outputChannels } of allBlocks(plan)) {
    let input = inputChannels;
    for (const { conv, norm } of BLOCK_LAYERS) {
      shapes.set(`${path}.${conv}.weight`, [3, 3, input, outputChannels]);
      shapes.set(`${path}.${conv}.bias`, [outputChannels]);
      shapes.set(`${path}.${norm}.weight`, [outputChannels]);
      shapes.set(`${path}.${norm}.bias`, [outputChannels]);
      input = outputChannels;
    }
  }
  shapes.set('last.weight', [3, 3, plan.lastChannels, 1]);
  shapes.set('last.bias', [1]);
  return shapes;
}

/** Shapes of BatchNorm's running statistics by PyTorch name; none with GroupNorm. */
export function generatorBufferShapes(options: GeneratorOptions): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  if (options.normalisation === 'group') return shapes;
  for (const { path, outputChannels } of allBlocks(generatorPlan(options))) {
    for (const { norm } of BLOCK_LAYERS) {
      shapes.set(`${path}.${norm}.running_mean`, [outputChannels]);
      shapes.set(`${path}.${norm}.running_var`, [outputChannels]);
    }
  }
  return shapes;
}

/**
 * Returns how many numbers a generator learns, without making them.
 *
 * @example
 * ```ts
 * countGeneratorParameters(generatorOptions('paper-high')); // => 25197313
 * ```
 */
export function countGeneratorParameters(options: GeneratorOptions): number {
  let count = 0;
  for (const shape of generatorParameterShapes(options).values()) {
    count += shape.reduce((size, side) => size * side, 1);
  }
  return count;
}

/** 32 groups, or as many as leave 4 channels in each and divide the channels. */
export function groupCount(channels: number): number {
  let groups = Math.max(1, Math.min(32, Math.floor(channels / MIN_CHANNELS_PER_GROUP)));
  while (channels % groups !== 0) groups--;
  return groups;
}

function allBlocks({ inc, down, up }: GeneratorPlan): GeneratorBlock[] {
  return [inc, ...down, ...up];
}

function block(path: string, inputChannels: number, outputChannels: number): GeneratorBlock {
  return { path, inputChannels, outputChannels };
}

function scaleChannels(paperChannels: number, multiplier: number): number {
  const quanta = roundHalfToEven((paperChannels * multiplier) / CHANNEL_QUANTUM);
  return Math.max(CHANNEL_QUANTUM, quanta * CHANNEL_QUANTUM);
}

/** As Python rounds, so that any multiplier gives the reference's channels. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
