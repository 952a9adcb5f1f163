import { readFile } from 'node:fs/promises';
import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  integerOption,
  jsonText,
  requiredOption,
  startProgress,
  writeWhole,
} from '@mammo/command-line';
import { isDicomFile } from '../dicom/file.ts';
import { readDicom } from '../dicom.ts';
import { readMammogram } from '../mammogram.ts';
import { SYNTHETIC_MARK, writePng } from '../png.ts';
import { type RenderedImage, renderForDisplay } from '../render-for-display.ts';
import { findFiles } from './find-files.ts';

const OPTIONS = {
  out: { type: 'string' },
  size: { type: 'string' },
  columns: { type: 'string' },
  frame: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Makes a picture to look at, of one file or of many. */
export const preview: Command = defineCommand({
  name: 'preview',
  summary: 'an 8-bit picture of a file, or a contact sheet of many',
  help: `Usage: mammo-io preview FILE|FOLDER... --out PICTURE.png [options]

Renders files as a reader would see them (the file's first window, MONOCHROME1 inverted) into one 8-bit PNG:
a single file by itself, several side by side in rows. Previews are for looking, not for reading.

  --out FILE       the picture; required
  --size N         longest side of each image, default 512
  --columns N      images in a row of the sheet; default: about square
  --frame N        frame of multi-frame files, default 0
  --json           which image is where on the sheet

Exit code 1 if a file cannot be read; the others are shown.

Examples:
  mammo-io preview scan.dcm --out scan.png --size 1024
  mammo-io preview cohort/ --out sheet.png --size 256 --columns 8
`,
  options: OPTIONS,
  positionals: { least: 1, what: 'files or folders' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const out = requiredOption('out', values.out, 'name a file');
  const longestSide = integerOption('size', values.size, { from: 16, to: 8192 }) ?? 512;
  const frame = integerOption('frame', values.frame, { from: 0 }) ?? 0;
  const files = await findFiles(positionals);
  const progress = startProgress(context, { what: 'preview', total: files.length });
  const shown: { path: string; picture: Picture }[] = [];
  let failed = 0;
  for (const { path } of files) {
    context.signal.throwIfAborted();
    try {
      shown.push({ path, picture: await render(path, { longestSide, frame }) });
    } catch (error) {
      failed++;
      progress.say(`${path}: ${(error as Error).message}`);
    }
    if (files.length > 1) progress.add();
  }
  if (files.length > 1) progress.end();
  if (shown.length === 0) return 1;
  const square = Math.ceil(Math.sqrt(shown.length));
  const columns = integerOption('columns', values.columns, { from: 1 }) ?? square;
  const sheet = contactSheet(
    shown.map(({ picture }) => picture),
    columns,
  );
  const synthetic = shown.some(({ picture }) => picture.synthetic);
  await writeWhole(out, writePng({ ...sheet.image, ...(synthetic && { text: SYNTHETIC_MARK }) }));
  const places = shown.map(({ path, picture }, i) => ({
    path,
    ...sheet.places[i],
    synthetic: picture.synthetic,
  }));
  if (values.json) context.out(jsonText(places));
  else context.out(`${out}: ${shown.length} of ${files.length} images\n`);
  return failed > 0 ? 1 : 0;
}

interface Picture extends RenderedImage {
  readonly synthetic: boolean;
}

async function render(
  path: string,
  { longestSide, frame }: { readonly longestSide: number; readonly frame: number },
): Promise<Picture> {
  const bytes = new Uint8Array(await readFile(path));
  if (isDicomFile(bytes)) {
    const image = await readDicom(bytes, { frame });
    return {
      ...renderForDisplay(image, { longestSide }),
      synthetic: image.synthetic?.value ?? false,
    };
  }
  const mammogram = await readMammogram(bytes);
  return { ...renderForDisplay(mammogram, { longestSide }), synthetic: mammogram.synthetic };
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

const GAP = 4;

/** Puts pictures into cells of the largest one's size, on black. */
function contactSheet(pictures: readonly Picture[], columns: number) {
  const cellHeight = Math.max(...pictures.map(({ height }) => height));
  const cellWidth = Math.max(...pictures.map(({ width }) => width));
  const across = Math.min(columns, pictures.length);
  const down = Math.ceil(pictures.length / across);
  const width = across * (cellWidth + GAP) - GAP;
  const height = down * (cellHeight + GAP) - GAP;
  const pixels = new Uint8Array(height * width);
  const places = pictures.map((picture, index): Place => {
    const left = (index % across) * (cellWidth + GAP);
    const top = Math.floor(index / across) * (cellHeight + GAP);
    for (let row = 0; row < picture.height; row++) {
      const line = picture.pixels.subarray(row * picture.width, (row + 1) * picture.width);
      pixels.set(line, (top + row) * width + left);
    }
    return { left, top, height: picture.height, width: picture.width };
  });
  return { image: { pixels, height, width }, places };
}
