import { join } from 'node:path';
import type { Chunk, ImageOutcome } from '../chunks/chunk.ts';
import { type ChunkShelf, readAhead } from '../chunks/chunk-shelf.ts';
import { parquetFile } from './parquet-file.ts';
import { lineFile, type ResultFile, type ResultRow } from './result-file.ts';

/** Kinds of result files. */
export type ResultFormat = 'jsonl' | 'parquet';

/** What {@link writeResults} wrote. */
export interface WrittenResults {
  /** Images with a record. */
  readonly records: number;
  readonly quarantined: number;
  /** Chunks whose file is absent or damaged, to be done again; if there are any, nothing was written. */
  readonly damaged: readonly Chunk[];
}

const OPENERS: Readonly<Record<ResultFormat, (path: string) => Promise<ResultFile>>> = {
  jsonl: lineFile,
  parquet: parquetFile,
};

/**
 * Writes all records of a job in the order of its manifest, `results.jsonl` or `results.parquet`, and what is in quarantine,
 * `quarantine.jsonl`: each whole or not at all. The memory that it takes is that of a few chunks.
 */
export async function writeResults(
  chunks: readonly Chunk[],
  shelf: ChunkShelf,
  { folder, formats }: { readonly folder: string; readonly formats: readonly ResultFormat[] },
): Promise<WrittenResults> {
  const files: ResultFile[] = [];
  const damaged: Chunk[] = [];
  const counts = { records: 0, quarantined: 0 };
  try {
    const quarantine = await lineFile(join(folder, 'quarantine.jsonl'));
    files.push(quarantine);
    for (const format of formats) {
      files.push(await OPENERS[format](join(folder, `results.${format}`)));
    }
    for await (const { chunk, outcomes } of readAhead(chunks, shelf)) {
      if (outcomes === undefined) {
        damaged.push(chunk);
        continue;
      }
      const { records, problems } = divide(chunk, outcomes);
      for (const file of files) await file.append(file === quarantine ? problems : records);
      counts.records += records.length;
      counts.quarantined += problems.length;
    }
    if (damaged.length === 0) for (const file of files) await file.commit();
    return { ...counts, damaged };
  } finally {
    for (const file of files) await file.discard();
  }
}

function divide({ images }: Chunk, outcomes: readonly ImageOutcome[]) {
  const records: ResultRow[] = [];
  const problems: ResultRow[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const { row, imageId } = images[index]!;
    if ('record' in outcome) records.push(outcome.record);
    else problems.push({ row, caseId: imageId, ...outcome.problem });
  }
  return { records, problems };
}
