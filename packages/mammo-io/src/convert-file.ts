import { readFile } from 'node:fs/promises';
import { convertToDicom } from './convert-to-dicom.ts';
import { openDicom } from './dicom-reader.ts';
import { ImageFileError } from './image-file-error.ts';
import { type Mammogram, type ReadMammogramOptions, readMammogram } from './mammogram.ts';
import { writePgm } from './pgm.ts';
import { SYNTHETIC_MARK, writePng } from './png.ts';
import { isRasterFile } from './read-stored.ts';
import { syntheticFileName } from './synthetic-mark.ts';
import type { ShownBreast } from './write-synthetic-dicom.ts';
import { writeWhole } from './write-whole.ts';

/** A file to convert, as it is sent to a thread. */
export interface ConvertTask {
  readonly kind: 'convert';
  readonly path: string;
  /** Where the result goes; a synthetic image gets `.synthetic` into its name. */
  readonly output: string;
  readonly format: 'png' | 'pgm' | 'dicom';
  readonly options: ReadMammogramOptions;
  /** Whom raster files show that become DICOM. */
  readonly breast?: ShownBreast;
}

/** What was converted. */
export interface ConvertedFile {
  readonly output: string;
  readonly height: number;
  readonly width: number;
  readonly synthetic: boolean;
  readonly warnings: readonly string[];
}

interface Encoded extends Omit<ConvertedFile, 'output'> {
  readonly file: Uint8Array;
}

/**
 * Reads a mammogram and writes its grey levels, 0 to 65535, or to DICOM its stored values; the mark of a synthetic one goes
 * along.
 */
export async function convertFile(task: ConvertTask): Promise<ConvertedFile> {
  const bytes = await readFile(task.path);
  const encoded =
    task.format === 'dicom' ? await toDicom(bytes, task) : await toRaster(bytes, task);
  const { file, ...converted } = encoded;
  const output = converted.synthetic ? syntheticFileName(task.output) : task.output;
  await writeWhole(output, file);
  return { output, ...converted };
}

async function toDicom(bytes: Uint8Array, { options, breast }: ConvertTask): Promise<Encoded> {
  const shown = isRasterFile(bytes) && breast !== undefined ? { breast } : {};
  const file = await convertToDicom(bytes, { ...options, ...shown });
  const { header } = await openDicom(file);
  const { rows: height, columns: width, warnings } = header;
  return { file, height, width, synthetic: header.synthetic?.value ?? false, warnings };
}

async function toRaster(bytes: Uint8Array, { options, format }: ConvertTask): Promise<Encoded> {
  const mammogram = await readMammogram(bytes, options);
  const { height, width, synthetic, warnings } = mammogram;
  const file = format === 'pgm' ? toPgm(mammogram) : toPng(mammogram);
  return { file, height, width, synthetic, warnings };
}

function toPng({ pixels, height, width, synthetic }: Mammogram): Uint8Array {
  return writePng({ pixels, height, width, ...(synthetic && { text: SYNTHETIC_MARK }) });
}

function toPgm({ pixels, height, width, synthetic }: Mammogram): Uint8Array {
  if (!synthetic) return writePgm({ pixels, height, width });
  throw new ImageFileError(
    'unsupported',
    'the image is synthetic: it must be written as PNG or DICOM, PGM cannot carry its mark',
  );
}
