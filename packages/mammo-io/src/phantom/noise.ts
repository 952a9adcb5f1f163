import type { RandomStream } from '../random.ts';

/** The pixels of one synthetic mammogram: rows and columns of `mm` millimetres; the chest wall is column 0. */
export interface PhantomFrame {
  readonly height: number;
  readonly width: number;
  /** Side of a pixel, mm. */
  readonly mm: number;
}

/** Millimetres shown by the height of every synthetic mammogram. */
export const FIELD_HEIGHT_MM = 240;

/** What {@link fractalNoise} draws. */
interface FractalNoiseOptions {
  /** Cell of the first octave's lattice, mm. */
  readonly coarsestMm: number;
  /** Octaves go on while their cell is at least that many pixels; default 1.5. */
  readonly finestPixels?: number;
  /** … and at least that many millimetres; default 0. */
  readonly finestMm?: number;
  /** The first columns of each row that are wanted; the rest stays 0. */
  readonly ends: Int32Array;
  /** The random numbers of an octave. */
  readonly octaveStream: (octave: number) => RandomStream;
}

const PERSISTENCE = 2 ** -0.5; // amplitude of an octave relative to the coarser one before it
const LATTICE_SD = 0.86; // what the interpolation leaves of a lattice's standard deviation, on average
const REFERENCE_MM = 1.25; // 192 rows

/**
 * Returns fractal noise of mean 0: octaves of Gaussian lattices, each interpolated by Catmull–Rom splines, with
 * half the cell and 2^-½ of the amplitude of the octave before, so that the amplitude spectrum falls as about
 * 1/f^1.5.
 *
 * The lattices are fixed in millimetres and each octave has its own stream, so smaller pixels add octaves and leave
 * the coarser ones as they are; the variance is 1 at 192 rows.
 *
 * @returns height × width, row-major
 */
export function fractalNoise(frame: PhantomFrame, options: FractalNoiseOptions): Float32Array {
  const { coarsestMm, finestPixels = 1.5, finestMm = 0, ends, octaveStream } = options;
  const out = new Float32Array(frame.height * frame.width);
  const octaves = octaveCount(coarsestMm, Math.max(finestMm, finestPixels * frame.mm));
  const variance =
    2 -
    2 *
      PERSISTENCE ** (2 * octaveCount(coarsestMm, Math.max(finestMm, finestPixels * REFERENCE_MM)));
  for (let octave = 0; octave < octaves; octave++) {
    const amplitude = PERSISTENCE ** octave / (LATTICE_SD * Math.sqrt(variance));
    addLattice(out, frame, ends, coarsestMm / 2 ** octave, amplitude, octaveStream(octave));
  }
  return out;
}

function octaveCount(coarsestMm: number, finestMm: number): number {
  return Math.max(0, Math.floor(Math.log2(coarsestMm / finestMm)) + 1);
}

function addLattice(
  out: Float32Array,
  { height, width, mm }: PhantomFrame,
  ends: Int32Array,
  cellMm: number,
  amplitude: number,
  random: RandomStream,
): void {
  const columns = ends.reduce((most, end) => Math.max(most, end), 0);
  const down = axisTaps(height, mm / cellMm, random.uniform());
  const across = axisTaps(columns, mm / cellMm, random.uniform());
  // drawn column by column from the chest wall: a narrower field only leaves columns out
  const nodesDown = Math.floor(FIELD_HEIGHT_MM / cellMm) + 5;
  const nodesAcross = Math.floor((columns * mm) / cellMm) + 5;
  const lattice = new Float64Array(nodesAcross * nodesDown);
  random.normals(lattice);

  const line = new Float64Array(nodesAcross);
  for (let row = 0; row < height; row++) {
    const end = ends[row] as number;
    if (end === 0) continue;
    interpolateDown(lattice, nodesDown, down, row, line);
    const start = row * width;
    for (let column = 0; column < end; column++) {
      const node = across.first[column] as number;
      const tap = column * 4;
      out[start + column] =
        (out[start + column] as number) +
        amplitude *
          ((across.weights[tap] as number) * (line[node] as number) +
            (across.weights[tap + 1] as number) * (line[node + 1] as number) +
            (across.weights[tap + 2] as number) * (line[node + 2] as number) +
            (across.weights[tap + 3] as number) * (line[node + 3] as number));
    }
  }
}

interface Taps {
  /** First of the four nodes about each pixel. */
  readonly first: Int32Array;
  /** Four weights for each pixel. */
  readonly weights: Float64Array;
}

function interpolateDown(
  lattice: Float64Array,
  nodesDown: number,
  { first, weights }: Taps,
  row: number,
  line: Float64Array,
): void {
  const w0 = weights[row * 4] as number;
  const w1 = weights[row * 4 + 1] as number;
  const w2 = weights[row * 4 + 2] as number;
  const w3 = weights[row * 4 + 3] as number;
  for (let i = 0, at = first[row] as number; i < line.length; i++, at += nodesDown) {
    line[i] =
      w0 * (lattice[at] as number) +
      w1 * (lattice[at + 1] as number) +
      w2 * (lattice[at + 2] as number) +
      w3 * (lattice[at + 3] as number);
  }
}

/** Catmull–Rom weights of pixel centres on a lattice of `cellsPerPixel`, shifted by `offset` cells. */
function axisTaps(pixels: number, cellsPerPixel: number, offset: number): Taps {
  const first = new Int32Array(pixels);
  const weights = new Float64Array(pixels * 4);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const position = (pixel + 0.5) * cellsPerPixel + offset;
    const node = Math.floor(position);
    const t = position - node;
    first[pixel] = node;
    weights[pixel * 4] = t * (-0.5 + t * (1 - 0.5 * t));
    weights[pixel * 4 + 1] = 1 + t * t * (-2.5 + 1.5 * t);
    weights[pixel * 4 + 2] = t * (0.5 + t * (2 - 1.5 * t));
    weights[pixel * 4 + 3] = t * t * (-0.5 + 0.5 * t);
  }
  return { first, weights };
}
