import { readFile } from 'node:fs/promises';
import { ImageFileError } from './image-file-error.ts';
import { type Mammogram, type ReadMammogramOptions, readMammogram } from './mammogram.ts';
import { writePgm } from './pgm.ts';
import { SYNTHETIC_MARK, writePng } from './png.ts';
import { syntheticFileName } from './synthetic-mark.ts';
import { writeWhole } from './write-whole.ts';

/** A file to convert, as it is sent to a thread. */
export interface ConvertTask {
  readonly kind: 'convert';
  readonly path: string;
  /** Where the result goes; a synthetic image gets `.synthetic` into its name. */
  readonly output: string;
  readonly format: 'png' | 'pgm';
  readonly options: ReadMammogramOptions;
}

/** What was converted. */
export interface ConvertedFile {
  readonly output: string;
  readonly height: number;
  readonly width: number;
  readonly synthetic: boolean;
  readonly warnings: readonly string[];
}

/** Reads a mammogram and writes its grey levels, 0 to 65535; the mark of a synthetic one goes along. */
export async function convertFile(task: ConvertTask): Promise<ConvertedFile> {
  const mammogram = await readMammogram(await readFile(task.path), task.options);
  const { height, width, synthetic, warnings } = mammogram;
  const output = synthetic ? syntheticFileName(task.output) : task.output;
  await writeWhole(output, encoded(mammogram, task.format));
  return { output, height, width, synthetic, warnings };
}

function encoded({ pixels, height, width, synthetic }: Mammogram, format: 'png' | 'pgm') {
  if (format === 'png') {
    return writePng({ pixels, height, width, ...(synthetic && { text: SYNTHETIC_MARK }) });
  }
  if (!synthetic) return writePgm({ pixels, height, width });
  throw new ImageFileError(
    'unsupported',
    'the image is synthetic: it must be written as PNG, PGM cannot carry its mark',
  );
}
