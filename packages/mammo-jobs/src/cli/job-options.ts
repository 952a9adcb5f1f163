import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import {
  choiceOption,
  integerOption,
  numberOption,
  requiredOption,
  UsageError,
} from '@mammo/command-line';
import { ENGINES, type EngineChoice } from '@mammo/tfjs-engine';
import { digestFile, type WeightsFile } from '../operations/load-weights.ts';
import type { ImageReading } from '../operations/read-images.ts';
import type { ResultFormat } from '../results/write-results.ts';
import { isS3, s3Location } from '../storage/s3-location.ts';
import { StoreError } from '../storage/store.ts';

/** Options of every command that runs a job, for `parseArgs`. */
export const JOB_OPTIONS = {
  cohort: { type: 'string' },
  out: { type: 'string' },
  workers: { type: 'string' },
  redis: { type: 'string' },
  chunk: { type: 'string' },
  format: { type: 'string' },
  policy: { type: 'string' },
  cache: { type: 'string' },
  timeout: { type: 'string' },
  memory: { type: 'string' },
  patience: { type: 'string' },
  'price-per-hour': { type: 'string' },
  'retry-quarantined': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Options of every command that runs a network. */
export const ENGINE_OPTIONS = {
  engine: { type: 'string' },
  threads: { type: 'string' },
} as const;

/** The lines of `--help` about {@link JOB_OPTIONS}. */
export const JOB_HELP = `  --cohort F             the manifest, CSV or JSON Lines (see mammo-io), a file or s3://BUCKET/KEY; so is every other file
  --out DIR              where results go, a folder or s3://BUCKET/PREFIX; what is there of the same job is kept
  --workers N            processes on this machine; default: one for each core
  --redis URL            let workers on other machines do it, joined by mammo-jobs worker --redis URL
  --chunk N              images that are done and kept at once (default 32)
  --format LIST          jsonl (default), parquet, or both: jsonl,parquet
  --policy P             how images come to their size: pad (default), stretch, crop, canvas (see mammo-io)
  --cache DIR            keeps images of that size for the next job
  --timeout S            seconds for a chunk before its worker is ended (default 600)
  --memory MIB           memory of a worker above which it is replaced by a new one (default 4096)
  --patience S           how long to wait for a full disk or a lost network (default 600)
  --price-per-hour P     of all machines, for the cost per 1,000 images
  --retry-quarantined    tries images in quarantine again
  --json                 the outcome as JSON on standard output`;

/** The lines of `--help` about {@link ENGINE_OPTIONS}. */
export const ENGINE_HELP: string = `  --engine E             ${ENGINES.join(', ')} or auto (default onnx)
  --threads N            threads of each worker's engine (default 1)`;

/** What {@link JOB_OPTIONS} may give. */
export type JobValues = Readonly<
  Partial<Record<keyof typeof JOB_OPTIONS | keyof typeof ENGINE_OPTIONS, string | boolean>>
>;

/** How a job runs, which its results do not depend on. */
export interface JobRun {
  readonly folder: string;
  readonly workers: number;
  readonly redis?: string;
  readonly chunkSize: number;
  readonly formats: readonly ResultFormat[];
  readonly timeoutMs: number;
  readonly memoryMiB: number;
  readonly patienceMs: number;
  readonly pricePerHour?: number;
  readonly retryQuarantined: boolean;
}

/** Reads {@link JOB_OPTIONS}. @throws UsageError if one makes no sense */
export function jobRun(values: JobValues): JobRun {
  const text = (name: keyof JobValues) => values[name] as string | undefined;
  const count = (name: keyof JobValues, standard: number) =>
    integerOption(name, text(name), { from: 1 }) ?? standard;
  const pricePerHour = numberOption('price-per-hour', text('price-per-hour'), { from: 0 });
  const redis = text('redis');
  return {
    folder: placeOf('out', text('out')),
    workers: count('workers', availableParallelism()),
    ...(redis !== undefined && { redis: redisUrl(redis) }),
    chunkSize: count('chunk', 32),
    formats: formatsOf(text('format') ?? 'jsonl'),
    timeoutMs: 1000 * count('timeout', 600),
    memoryMiB: count('memory', 4096),
    patienceMs: 1000 * (integerOption('patience', text('patience'), { from: 0 }) ?? 600),
    ...(pricePerHour !== undefined && { pricePerHour }),
    retryQuarantined: values['retry-quarantined'] === true,
  };
}

/** How images are read, but for their size. */
export function readingOf(values: JobValues): Omit<ImageReading, 'height' | 'width'> {
  const policy = values.policy as string | undefined;
  const cache = values.cache as string | undefined;
  return {
    policy: choiceOption('policy', policy, ['pad', 'stretch', 'crop', 'canvas']) ?? 'pad',
    ...(cache !== undefined && { cache: resolve(cache) }),
  };
}

/** The engine of each worker. */
export function engineOf(values: JobValues): {
  readonly engine: EngineChoice;
  readonly threads: number;
} {
  const engine = values.engine as string | undefined;
  const threads = integerOption('threads', values.threads as string | undefined, { from: 1 }) ?? 1;
  return { engine: choiceOption('engine', engine, [...ENGINES, 'auto']) ?? 'onnx', threads };
}

/** An absolute path, or the address of an object. @throws UsageError if it is neither */
export function placeOf(name: string, value: string | undefined): string {
  const place = requiredOption(name, value);
  if (!isS3(place)) return resolve(place);
  try {
    s3Location(place);
    return place;
  } catch (error) {
    throw new UsageError(`--${name}: ${(error as Error).message}`);
  }
}

/** A file of weights as it is now. @throws UsageError if it cannot be read */
export async function weightsFile(name: string, path: unknown): Promise<WeightsFile> {
  const file = placeOf(name, path as string | undefined);
  try {
    return { path: file, sha256: await digestFile(file) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof StoreError) throw error;
    throw new UsageError(`--${name} must be a file that can be read, got ${file}: ${code}`);
  }
}

/** The address of a Redis server. */
export function redisUrl(value: string): string {
  if (/^rediss?:\/\/[^/]/.test(value) && URL.canParse(value)) return value;
  throw new UsageError('--redis must be an address such as redis://host:6379');
}

function formatsOf(list: string): readonly ResultFormat[] {
  const formatOf = (word: string): ResultFormat =>
    choiceOption('format', word, ['jsonl', 'parquet'])!;
  return [...new Set(list.split(',').map(formatOf))];
}
