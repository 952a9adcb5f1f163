import type { CadOptions } from './cad-options.ts';

/** VGG11's convolutional part: output channels of each 3×3 convolution (followed by a ReLU), and max poolings. */
const VGG11 = [
  64,
  'pool',
  128,
  'pool',
  256,
  256,
  'pool',
  512,
  512,
  'pool',
  512,
  512,
  'pool',
] as const;

/** One layer of Vnet; `index` is the convolution's place among torchvision's modules. */
type VggLayer =
  | { readonly kind: 'convolution'; readonly index: number; readonly channels: number }
  | { readonly kind: 'pool' };

/** Everything about a network that follows from its options. */
export interface NetworkPlan {
  readonly vnet: readonly VggLayer[];
  /** Channels of Vnet's output. */
  readonly channels: number;
  /** Output lengths of Fnet's three linear layers. */
  readonly linear: readonly [number, number, number];
  /** What one element before the global max pooling depends on. */
  readonly field: ReceptiveField;
}

/**
 * What the elements of the map before the global max pooling depend on: element i along a side on the pixels
 * from offset + i · stride to offset + i · stride + size − 1. Those outside of the image are zeros.
 */
export interface ReceptiveField {
  /** Pixels along a side. */
  readonly size: number;
  /** Pixels from one element to the next. */
  readonly stride: number;
  /** First pixel of element 0; negative where it lies in the padding. */
  readonly offset: number;
}

/** The layers of a network. */
export function planNetwork({
  vggModules,
  channelMultiplier,
  channelsPerGroup,
}: CadOptions): NetworkPlan {
  const vnet: VggLayer[] = [];
  let [modules, channels] = [0, 3];
  let field: ReceptiveField = { size: 1, stride: 1, offset: 0 };
  for (const item of VGG11) {
    if (modules >= vggModules) break;
    if (item === 'pool') {
      vnet.push({ kind: 'pool' });
      field = widened(field, { window: 2, stride: 2, padding: 0 });
      modules += 1;
    } else {
      channels = scaledChannels(item, channelMultiplier);
      vnet.push({ kind: 'convolution', index: modules, channels });
      field = widened(field, { window: 3, stride: 1, padding: 1 });
      modules += 2;
    }
  }
  field = widened(field, { window: 3, stride: 2, padding: 1 });
  field = widened(field, { window: 3, stride: 1, padding: 1 });
  field = widened(field, { window: 2, stride: 1, padding: 0 });
  const last = Math.max(channelsPerGroup, Math.floor(channels / 2));
  return { vnet, channels, linear: [16 * channels, 4 * channels, last], field };
}

/** The receptive field after one more layer. */
function widened(
  { size, stride, offset }: ReceptiveField,
  layer: { readonly window: number; readonly stride: number; readonly padding: number },
): ReceptiveField {
  return {
    size: size + (layer.window - 1) * stride,
    stride: stride * layer.stride,
    offset: offset - layer.padding * stride,
  };
}

/**
 * Pixels along a side that one element before the global max pooling depends on: 406 for the paper's network.
 *
 * @example
 * ```ts
 * receptiveField(cadOptions('paper-high')); // => 406
 * ```
 * @see Zhou et al. (2021), Fig. 3a, doi 10.1038/s41467-021-27577-x
 */
export function receptiveField(options: CadOptions): number {
  return planNetwork(options).field.size;
}

/** GroupNorm's number of groups: 32, or fewer where that would leave less than `least` channels in a group. */
export function groupCount(channels: number, least: number): number {
  let groups = Math.max(1, Math.min(32, Math.floor(channels / least)));
  while (channels % groups !== 0) groups--;
  return groups;
}

/** Shapes of all weights by their PyTorch names, in the layout of tfjs: convolutions HWIO, linear layers [in, out]. */
export function parameterShapes(options: CadOptions, outputs = 2): Map<string, readonly number[]> {
  const plan = planNetwork(options);
  const shapes = new Map<string, readonly number[]>();
  const convolution = (name: string, input: number, output: number) => {
    shapes.set(`${name}.weight`, [3, 3, input, output]);
    shapes.set(`${name}.bias`, [output]);
  };
  const linear = (name: string, input: number, output: number) => {
    shapes.set(`${name}.weight`, [input, output]);
    shapes.set(`${name}.bias`, [output]);
  };
  let input = 3;
  for (const layer of plan.vnet) {
    if (layer.kind === 'pool') continue;
    convolution(`vnet.${layer.index}`, input, layer.channels);
    input = layer.channels;
  }
  convolution('fnet.conv1', input, input);
  convolution('fnet.conv2', input, 4 * input);
  input = 4 * input;
  for (const [i, output] of plan.linear.entries()) {
    linear(`fnet.fc${i + 1}`, input, output);
    shapes.set(`fnet.gn${i + 1}.weight`, [output]);
    shapes.set(`fnet.gn${i + 1}.bias`, [output]);
    input = output;
  }
  linear('head', input, outputs);
  return shapes;
}

/**
 * Number of weights of a network: 55,130,242 for the paper's. Nothing is allocated.
 *
 * @example
 * ```ts
 * countCadParameters(cadOptions('paper-high')); // => 55130242
 * ```
 */
export function countCadParameters(options: CadOptions): number {
  let count = 0;
  for (const shape of parameterShapes(options).values()) count += shape.reduce((a, b) => a * b, 1);
  return count;
}

/** `channels` scaled, rounded half to even to a multiple of 4, and at least 4. */
function scaledChannels(channels: number, multiplier: number): number {
  const quarters = (channels * multiplier) / 4;
  const floor = Math.floor(quarters);
  const isHalf = quarters - floor === 0.5;
  return 4 * Math.max(1, isHalf ? floor + (floor % 2) : Math.round(quarters));
}
