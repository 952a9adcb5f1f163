import { bytesSource } from '../src/dicom/byte-source.ts';
import { openDicomFile } from '../src/dicom/file.ts';
import { locateFrames, readFrameBytes } from '../src/dicom/frames.ts';
import { readPixelFormat } from '../src/dicom/pixel-format.ts';
import { readDicom } from '../src/dicom.ts';
import { decodeJpeg } from '../src/jpeg.ts';
import { decodeJpegLs } from '../src/jpeg-ls.ts';
import { decodeJpeg2000 } from '../src/jpeg2000.ts';
import { decodeRle } from '../src/rle.ts';
import { readShared } from '../test/shared-data.ts';
import type { FuzzSeed, FuzzTarget } from './target.ts';

interface FrameSize {
  readonly height: number;
  readonly width: number;
}

type FrameDecoder = (bytes: Uint8Array, size: FrameSize) => Promise<ArrayLike<number>>;

/** Small real files of each codec; their first frames are damaged. */
const CODECS: Readonly<Record<string, { decode: FrameDecoder; files: readonly string[] }>> = {
  rle: {
    decode: async (bytes, { height, width }) =>
      decodeRle(bytes, { samples: height * width, bytesPerSample: 2 }),
    files: ['third-party-dicom/pydicom__MR_small_RLE', 'multiframe/dbt5_rle'],
  },
  'jpeg-dct': {
    decode: async (bytes, size) => decodeJpeg(bytes, size).samples,
    files: [
      'third-party-dicom/pylibjpeg-__JPEGBaseline_1s_1f_u_08_08',
      'third-party-dicom/dicom-test__MR4_JPLY',
    ],
  },
  'jpeg-lossless': {
    decode: async (bytes, size) => decodeJpeg(bytes, size).samples,
    files: [
      'codec_traps/jpegll57_sv4_restart_16rows',
      'codec_traps/jpegll70_16bit_ssss16',
      'multiframe/dbt5_jpegll70_bot',
    ],
  },
  'jpeg-ls': {
    decode: async (bytes, size) => (await decodeJpegLs(bytes, size)).samples,
    files: [
      'third-party-dicom/pydicom__JPEGLSNearLossless_08',
      'third-party-dicom/pydicom-da__JLSL_16_15_1_1F',
      'multiframe/dbt5_jpegls80',
    ],
  },
  'jpeg-2000': {
    decode: async (bytes, size) => (await decodeJpeg2000(bytes, size)).samples,
    files: [
      'third-party-dicom/pydicom__MR_small_jp2klossless',
      'codec_traps/j2k90_xrsiz2_yrsiz2',
      'mammograms/dicom/hologic_dbt_4frames_j2k90',
    ],
  },
  htj2k: {
    decode: async (bytes, size) => (await decodeJpeg2000(bytes, size)).samples,
    files: ['multiframe/dbt5_htj2k201_bot'],
  },
};

/** Whole files whose every byte may be damaged. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'dicom-native': [
    'third-party-dicom/pydicom__MR_small_implicit',
    'third-party-dicom/pydicom__MR_small_bigendian',
    'third-party-dicom/fo-dicom__chrX2',
    'variants/struct_undefined_length_sequences',
    'variants/struct_bare_dataset_ivrle',
    'variants/voi_sigmoid_multi_lutseq_padding',
  ],
  'dicom-deflated': ['third-party-dicom/fo-dicom__GH227'],
  'dicom-encapsulated': [
    'multiframe/dbt5_jpegll70_multifrag_bot',
    'multiframe/dbt5_j2k90_extendedoffset',
    'third-party-dicom/pydicom-da__emri_small_RLE',
    'third-party-dicom/pydicom__JPEGLSNearLossless_08',
    'third-party-dicom/pydicom__MR_small_jp2klossless',
  ],
};

/** The decoders of compressed frames and the parser. */
export async function dicomTargets(): Promise<readonly FuzzTarget[]> {
  const codecs = Object.entries(CODECS).map(async ([name, { decode, files }]) => ({
    name,
    seeds: await Promise.all(files.map((file) => frameSeed(file, decode))),
  }));
  const whole = Object.entries(FILES).map(([name, files]) => ({
    name,
    seeds: files.map(fileSeed),
  }));
  return [...(await Promise.all(codecs)), ...whole];
}

async function frameSeed(name: string, decode: FrameDecoder): Promise<FuzzSeed> {
  const file = await openDicomFile(bytesSource(readFile(name)));
  const format = readPixelFormat(file.dataSet);
  const size = { height: format.rows, width: format.columns };
  const [ranges] = await locateFrames(file, format);
  return {
    name,
    bytes: await readFrameBytes(file, ranges!, format),
    read: (damaged) => decode(damaged, size),
    length: format.rows * format.columns,
  };
}

function fileSeed(name: string): FuzzSeed {
  return { name, bytes: readFile(name), read: readPixels };
}

async function readPixels(bytes: Uint8Array): Promise<ArrayLike<number>> {
  const { storedValues, rows, columns, frames } = await readDicom(bytes);
  if (storedValues.length === rows * columns * frames) return storedValues;
  throw new Error(`${storedValues.length} values of ${frames} x ${rows}x${columns} pixels`);
}

function readFile(name: string): Uint8Array {
  const folder = /^(third-party-dicom|mammograms)/.test(name) ? '' : 'derived-dicom/';
  return Uint8Array.from(readShared(`${folder}${name}.dcm`));
}
