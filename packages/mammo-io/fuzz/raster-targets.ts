import { readFileSync } from 'node:fs';
import { crc32 } from '../src/deflate.ts';
import { readDicom } from '../src/dicom.ts';
import { modalityValues } from '../src/modality-values.ts';
import { readPgm } from '../src/pgm.ts';
import { readPng } from '../src/png.ts';
import { renderForDisplay } from '../src/render-for-display.ts';
import { readTiff } from '../src/tiff.ts';
import { voiValues } from '../src/voi-values.ts';
import { type ElementToWrite, greyImage, writeDicom } from '../test/dicom/dicom-writer.ts';
import { encodePng } from '../test/png-encoder.ts';
import { readShared } from '../test/shared-data.ts';
import type { FuzzSeed, FuzzTarget } from './target.ts';

interface Raster {
  readonly pixels: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly channels?: number;
}

/** The readers of raster files, and what follows from the headers of DICOM files. */
export function rasterTargets(): readonly FuzzTarget[] {
  const pngs = ['gray16', 'gray16_adam7', 'gray16_allfilters_manyidat', 'gray8', 'rgb16'];
  const pgms = ['p2_ascii16', 'p5_16', 'p5_16_comments', 'p5_8'];
  const tiffs = ['bigtiff', 'be_deflate_pred2', 'libtiff_lzw_pred2', 'strips7_packbits'];
  const morePngs = smallPngs();
  return [
    { name: 'png', seeds: [...sharedSeeds(pngs, 'png', readPng), ...morePngs] },
    // Wrong checksums hide what lies behind them.
    { name: 'png-checksums-repaired', seeds: morePngs.map(withRepairedChecksums) },
    { name: 'pgm', seeds: sharedSeeds(pgms, 'pgm', readPgm) },
    {
      name: 'tiff',
      seeds: [...sharedSeeds([...tiffs, 'tiled128_deflate'], 'tif', readTiff), ...smallTiffs()],
    },
    { name: 'voi', seeds: [voiSeed()] },
  ];
}

function sharedSeeds(
  names: readonly string[],
  ending: string,
  read: (bytes: Uint8Array) => Raster,
): FuzzSeed[] {
  return names.map((name) => {
    const bytes = Uint8Array.from(readShared(`raster-variants/gmic12_${name}.${ending}`));
    return { name, bytes, read: (damaged) => wholePixels(read(damaged)) };
  });
}

function smallPngs(): FuzzSeed[] {
  const kinds = [
    [0, 1],
    [0, 4],
    [0, 16],
    [2, 8],
    [3, 2],
    [4, 16],
    [6, 8],
  ] as const;
  return kinds.flatMap(([colourType, bitDepth]) =>
    [false, true].map((interlaced) => ({
      name: `colour type ${colourType}, ${bitDepth} bits${interlaced ? ', interlaced' : ''}`,
      bytes: Uint8Array.from(
        encodePng({
          samples: Array.from({ length: 13 * 11 * 4 }, (_, i) => (i * 37) % 2 ** bitDepth),
          height: 11,
          width: 13,
          bitDepth,
          colourType,
          interlaced,
          filters: [0, 1, 2, 3, 4],
          parts: 2,
          chunks: [
            ['PLTE', Uint8Array.from({ length: 12 }, (_, i) => i * 20)],
            ['tEXt', Buffer.from('Title\0small')],
          ],
        }),
      ),
      read: (damaged) => wholePixels(readPng(damaged)),
    })),
  );
}

function withRepairedChecksums(seed: FuzzSeed): FuzzSeed {
  return { ...seed, read: (damaged) => seed.read(repairChecksums(damaged)) };
}

function repairChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

/** Every fifth of the files that other programs wrote for the tests. */
function smallTiffs(): FuzzSeed[] {
  const path = new URL('../test/fixtures/tiff/data.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
    cases: readonly { name: string; file: string; page: number }[];
  };
  return cases
    .filter(({ page }, index) => page === 0 && index % 5 === 0)
    .map(({ name, file }) => ({
      name,
      bytes: Uint8Array.from(Buffer.from(file, 'base64')),
      read: (damaged) => wholePixels(readTiff(damaged)),
    }));
}

function voiSeed(): FuzzSeed {
  const table: ElementToWrite[] = [
    [0x00283002, 'US', [5, 2, 12]],
    [0x00283003, 'LO', 'HARDER'],
    [0x00283006, 'US', [0, 7, 500, 4000, 4095]],
  ];
  const elements = greyImage(Uint16Array.of(0, 3, 900, 4095, 65535, 7), [2, 3], {
    set: [
      [0x00280120, 'US', [0]],
      [0x00281050, 'DS', '2653\\2713'],
      [0x00281051, 'DS', '900\\750'],
      [0x00281052, 'DS', '-1024'],
      [0x00281053, 'DS', '0.5'],
      [0x00281055, 'LO', 'NORMAL\\HARDER'],
      [0x00281056, 'CS', 'SIGMOID'],
      [0x00283010, 'SQ', [table, table]],
    ],
  });
  const bytes = Uint8Array.from(writeDicom({ elements }));
  return { name: 'windows and tables', bytes, read: readEveryTransform };
}

/** All values that a file offers; numbers that are none are a defect. */
async function readEveryTransform(bytes: Uint8Array): Promise<number[]> {
  const image = await readDicom(bytes);
  const { voiWindows = [], voiTables = [], photometricInterpretation } = image;
  const values = [
    modalityValues(image),
    ...voiWindows.map((_, window) => voiValues(image, { voi: { window } })),
    ...voiTables.map((_, table) => voiValues(image, { voi: { table } })),
  ].flatMap((result) => [...result.values, result.range.min, result.range.max]);
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new Error(`a value is ${wrong}`);
  const grey = /^MONOCHROME[12]$/.test(photometricInterpretation);
  return grey ? [...values, ...renderForDisplay(image).pixels] : values;
}

function wholePixels({ pixels, height, width, channels = 1 }: Raster): ArrayLike<number> {
  if (pixels.length === height * width * channels) return pixels;
  throw new Error(`${pixels.length} values of ${height}x${width}x${channels}`);
}
