import { ImageFileError } from './image-file-error.ts';

/** Size of the image in a JPEG 2000 codestream, in samples. */
export interface CodestreamSize {
  readonly height: number;
  readonly width: number;
}

/** A codestream that OpenJPEG and OpenJPH decode right. */
export interface PreparedCodestream {
  readonly bytes: Uint8Array;
  /** By how much the decoded samples are too high, because they were made unsigned. */
  readonly levelShift: number;
  /** What was wrong and has been mended; empty for a sound stream. */
  readonly warnings: readonly string[];
}

const SOC = 0xff4f;
const SIZ = 0xff51;
const SOT = 0xff90;
const EOC = 0xffd9;
const BOX_JP2C = 0x6a703263;
const HEADER_BYTES = 45;
/** Of the capabilities that the stream needs (Rsiz), the higher byte. */
const CAPABILITIES_OFFSET = 6;
const HIGH_THROUGHPUT = 0x40;
/** Of the component's precision and sign (Ssiz). */
const PRECISION_OFFSET = 42;
const SIGNED = 0x80;

/**
 * Prepares a codestream for OpenJPEG, which decodes damaged streams to zeros and misreads subsampled ones; its wrapper sets
 * negative samples of up to 8 bits to 0.
 *
 * - A JP2 wrapper (wrong in DICOM, but found) is removed.
 * - Every tile must be there and every tile-part complete.
 * - Subsampling of the only component is divided out of the reference grid (on a copy), which leaves the samples as they are.
 * - Signed samples of up to 8 bits are made unsigned (on a copy), which raises all by half their range: the level shift of T.800.
 * - An image size that contradicts `expected` is damaged where the only tile is as large as expected, and is then mended (on a
 *   copy), with a warning.
 *
 * @throws ImageFileError if the stream is truncated, damaged, of another size than `expected`, or has several components
 * @see ITU-T T.800 (2019), annex A
 */
export function prepareCodestream(bytes: Uint8Array, expected: CodestreamSize): PreparedCodestream {
  const codestream = unwrapped(bytes);
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.byteLength);
  if (codestream.length < HEADER_BYTES || view.getUint16(0) !== SOC) {
    throw invalid('the JPEG 2000 stream has no start marker');
  }
  if (view.getUint16(2) !== SIZ) throw invalid('the JPEG 2000 stream has no image size');
  const components = view.getUint16(40);
  if (components !== 1) {
    throw new ImageFileError(
      'unsupported',
      `the JPEG 2000 stream must be grey, got ${components} components`,
    );
  }
  const stated = readGrid(view);
  const tiles = readTiles(view);
  const mended = tiles.size === 1 ? gridOfTile(stated, expected) : undefined;
  const grid = mended ?? stated;
  requireSize(grid, expected);
  if (tiles.size < tileCount(grid)) throw truncated();
  const plain = mended || isSubsampled(grid) ? withGrid(codestream, grid) : codestream;
  const warning = `the JPEG 2000 image size is damaged (${sizeText(stated)}): that of its tile is used`;
  return { ...withoutSign(plain), warnings: mended ? [warning] : [] };
}

/**
 * Whether the blocks of a prepared codestream are coded by the High-Throughput coder.
 *
 * @see ITU-T T.814 (2019), annex A.2
 */
export function isHighThroughput(codestream: Uint8Array): boolean {
  return (codestream[CAPABILITIES_OFFSET]! & HIGH_THROUGHPUT) !== 0;
}

/** Whether the samples of a prepared codestream are signed. */
export function hasSignedSamples(codestream: Uint8Array): boolean {
  return (codestream[PRECISION_OFFSET]! & SIGNED) !== 0;
}

function withoutSign(codestream: Uint8Array): Omit<PreparedCodestream, 'warnings'> {
  const precision = codestream[PRECISION_OFFSET]!;
  const levelShift = precision & SIGNED && precision < SIGNED + 8 ? 2 ** (precision - SIGNED) : 0;
  if (levelShift === 0) return { bytes: codestream, levelShift };
  const bytes = codestream.slice();
  bytes[PRECISION_OFFSET] = precision - SIGNED;
  return { bytes, levelShift };
}

/** One axis of the reference grid. */
interface Axis {
  readonly imageEnd: number;
  readonly imageStart: number;
  readonly tileSize: number;
  readonly tileStart: number;
  readonly subsampling: number;
}

interface Grid {
  readonly x: Axis;
  readonly y: Axis;
}

function unwrapped(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(4) !== 0x6a502020) return bytes;
  let position = 0;
  while (position + 8 <= bytes.length) {
    const length = view.getUint32(position) || bytes.length - position;
    const end = Math.min(position + length, bytes.length);
    if (view.getUint32(position + 4) === BOX_JP2C) return bytes.subarray(position + 8, end);
    if (length < 8) break;
    position += length;
  }
  throw invalid('the JP2 file has no codestream');
}

function readGrid(view: DataView): Grid {
  const axis = (offset: number): Axis => ({
    imageEnd: view.getUint32(8 + offset),
    imageStart: view.getUint32(16 + offset),
    tileSize: view.getUint32(24 + offset),
    tileStart: view.getUint32(32 + offset),
    subsampling: view.getUint8(43 + offset / 4),
  });
  const grid = { x: axis(0), y: axis(4) };
  for (const { tileSize, subsampling, imageEnd, imageStart } of [grid.x, grid.y]) {
    if (tileSize > 0 && subsampling > 0 && imageEnd > imageStart) continue;
    throw invalid('the JPEG 2000 image size is damaged');
  }
  return grid;
}

function requireSize(grid: Grid, expected: CodestreamSize): void {
  if (hasSize(grid, expected)) return;
  throw invalid(
    `the JPEG 2000 image must have ${expected.height}x${expected.width} pixels, got ${sizeText(grid)}`,
  );
}

function hasSize({ x, y }: Grid, { height, width }: CodestreamSize): boolean {
  return samples(x) === width && samples(y) === height;
}

function sizeText({ x, y }: Grid): string {
  return `${samples(y)}x${samples(x)}`;
}

/** The grid of an image that is its one tile, if the stated grid is of another size than expected, but the tile is not. */
function gridOfTile({ x, y }: Grid, expected: CodestreamSize): Grid | undefined {
  const tile = { x: { ...x, imageEnd: x.tileSize }, y: { ...y, imageEnd: y.tileSize } };
  const damaged = !hasSize({ x, y }, expected) && hasSize(tile, expected);
  return damaged && x.imageStart + y.imageStart === 0 ? tile : undefined;
}

function isSubsampled({ x, y }: Grid): boolean {
  return x.subsampling > 1 || y.subsampling > 1;
}

function samples({ imageEnd, imageStart, subsampling }: Axis): number {
  return Math.ceil(imageEnd / subsampling) - Math.ceil(imageStart / subsampling);
}

function tileCount({ x, y }: Grid): number {
  const along = (axis: Axis) => Math.ceil((axis.imageEnd - axis.tileStart) / axis.tileSize);
  return along(x) * along(y);
}

/** The tiles that the tile-parts from the main header to the end belong to. */
function readTiles(view: DataView): ReadonlySet<number> {
  const seen = new Set<number>();
  let position = firstTilePart(view);
  while (position + 12 <= view.byteLength && view.getUint16(position) === SOT) {
    seen.add(view.getUint16(position + 4));
    const length = view.getUint32(position + 6) || restLength(view, position);
    if (length < 14 || position + length > view.byteLength) throw truncated();
    position += length;
  }
  return seen;
}

function firstTilePart(view: DataView): number {
  let position = 2;
  while (position + 4 <= view.byteLength) {
    if (view.getUint16(position) === SOT) return position;
    position += 2 + view.getUint16(position + 2);
  }
  throw truncated();
}

/** A tile-part of unstated length reaches to the end marker, behind which a padding byte may stand. */
function restLength(view: DataView, position: number): number {
  for (const padding of [0, 1]) {
    const end = view.byteLength - 2 - padding;
    if (end > position && view.getUint16(end) === EOC) return end - position;
  }
  throw truncated();
}

/** With another grid, its subsampling divided out. */
function withGrid(codestream: Uint8Array, grid: Grid): Uint8Array {
  const copy = codestream.slice();
  const view = new DataView(copy.buffer);
  const write = (offset: number, axis: Axis): void => {
    const { subsampling } = axis;
    const fields = [axis.imageEnd, axis.imageStart, axis.tileSize, axis.tileStart];
    const oneTile = axis.tileStart + axis.tileSize >= axis.imageEnd;
    const exact = axis.tileSize % subsampling === 0 && axis.tileStart % subsampling === 0;
    if (!oneTile && !exact) {
      throw new ImageFileError('unsupported', 'tiles of the JPEG 2000 stream split its samples');
    }
    for (const [index, field] of fields.entries()) {
      view.setUint32(8 + offset + index * 8, Math.ceil(field / subsampling));
    }
    view.setUint8(43 + offset / 4, 1);
  };
  write(0, grid.x);
  write(4, grid.y);
  return copy;
}

function truncated(): ImageFileError {
  return invalid('the JPEG 2000 stream is truncated');
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
