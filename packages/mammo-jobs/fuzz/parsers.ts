import { evaluatePaired } from '@mammo/adversarial-eval';
import { cadOptions, createCadModel, createCard, parseCard, saveCad } from '@mammo/cad-classifier';
import { formatManifest, ManifestError, parseManifest } from '@mammo/mammo-io';
import { ReadsError } from '@mammo/reader-study-stats';
import { formatImrmc, parseImrmc } from '@mammo/reader-study-stats/formats';
import {
  decodeCheckpoint,
  decodeSafetensors,
  encodeCheckpoint,
  encodeSafetensors,
  SafetensorsError,
} from '@mammo/tfjs-safetensors';
import { checkResults, ResultsError } from '../../adversarial-eval/src/cli/results-file.ts';
import { decodeChunk, encodeChunk } from '../src/chunks/chunk-file.ts';
import type { ParserTarget } from './fuzz-parser.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
const isNoJson = (error: unknown): boolean => error instanceof SyntaxError;

const TENSORS = {
  'head.weight': { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  'head.bias': { shape: [], data: Float32Array.of(0.5) },
};
const GUARD = { format: 'fuzz-1', configuration: { seed: 1, sizes: [2, 3] } };

/** Every parser of the house that reads bytes from outside, but for images, which mammo-io damages itself. */
export async function parserTargets(): Promise<readonly ParserTarget[]> {
  return [
    {
      name: 'safetensors',
      files: [encodeSafetensors(TENSORS, { step: '1', note: 'π' })],
      read: decodeSafetensors,
      refuses: (error) => error instanceof SafetensorsError,
    },
    {
      name: 'checkpoint',
      files: [encodeCheckpoint({ tensors: { model: TENSORS }, state: { step: 7 } }, GUARD)],
      read: (bytes) => decodeCheckpoint(bytes, { ...GUARD, caller: 'fuzz' }),
      refuses: (error) => error instanceof SafetensorsError || error instanceof RangeError,
      findsEveryDamage: true,
    },
    {
      name: 'chunk of results',
      files: [bytesOf(encodeChunk([{ record: { caseId: 'a', score: 0.5 } }], CHUNK))],
      read: (bytes) => decodeChunk(bytes, CHUNK) ?? refused(),
      refuses: (error) => error instanceof RangeError,
      findsEveryDamage: true,
    },
    ...manifests(),
    imrmc(),
    resultsFile(),
    await modelCard(),
  ];
}

const CHUNK = { job: 'fuzz', index: 0, images: 1 };

function refused(): never {
  throw new RangeError('refused');
}

function manifests(): readonly ParserTarget[] {
  const row = { path: 'a/b.png', patientId: 'P1', laterality: 'L', view: 'CC' } as const;
  const rows = [
    { ...row, imageId: 'I1', label: 'positive', lesionType: 'mass', split: 'training', age: 50 },
    { ...row, imageId: 'I2', path: 'a/c.png', label: 'positive', bitsStored: 12, birads: 5 },
  ] as const;
  return (['csv', 'jsonl'] as const).map((format) => ({
    name: `manifest, ${format}`,
    files: [bytesOf(formatManifest(rows, { format }))],
    read: (bytes) => formatManifest(parseManifest(text(bytes)), { format }),
    refuses: (error) => error instanceof ManifestError,
  }));
}

function imrmc(): ParserTarget {
  const cases = ['1', '2', '3', '4'];
  const rows = cases.map((id) => ({
    reader: 'R1',
    modality: 'A',
    case: id,
    truth: Number(id) > 2 ? '1' : '0',
    rating: Number(id) / 2,
  }));
  return {
    name: '.imrmc',
    files: [bytesOf(formatImrmc(rows, { positive: '1', negative: '0' }))],
    read: (bytes) => parseImrmc(text(bytes)),
    refuses: (error) => error instanceof ReadsError,
  };
}

function resultsFile(): ParserTarget {
  const pairs = Array.from({ length: 8 }, (_, index) => {
    const label = index % 2 === 0 ? 'positive' : 'negative';
    return {
      caseId: `c${index}`,
      patientId: `p${index >> 1}`,
      label,
      direction: label === 'positive' ? 'remove' : 'insert',
      intendedLabel: label === 'positive' ? 'negative' : 'positive',
      scoreReal: (index + 1) / 10,
      scoreFake: (9 - index) / 10,
      attackId: 'fuzz',
    } as const;
  });
  const bootstrap = { unit: 'patient', replicates: 100, seed: 1 } as const;
  const evaluation = evaluatePaired(pairs, { bootstrap });
  return {
    name: 'results.json',
    files: [
      bytesOf(
        JSON.stringify({ schema: 'adversarial-eval/1', title: 'fuzz', evaluation, flags: [] }),
      ),
    ],
    read: (bytes) => checkResults(JSON.parse(text(bytes))),
    refuses: (error) => error instanceof ResultsError || isNoJson(error),
  };
}

async function modelCard(): Promise<ParserTarget> {
  const sizes = { height: 16, width: 12, vggModules: 3, channelMultiplier: 1 / 16 };
  const model = createCadModel(cadOptions('small', sizes), { seed: 1 });
  const card = await createCard(model, await saveCad(model), {
    name: 'fuzz',
    preprocessing: 'none',
    trainingData: {
      description: 'nothing',
      synthetic: true,
      patients: 1,
      positiveImages: 1,
      negativeImages: 1,
    },
    licence: 'CC0-1.0',
  });
  model.dispose();
  return {
    name: 'model card',
    files: [bytesOf(JSON.stringify(card))],
    read: (bytes) => parseCard(text(bytes)),
    refuses: (error) => error instanceof RangeError,
  };
}
