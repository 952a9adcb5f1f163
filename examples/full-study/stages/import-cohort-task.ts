import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  ManifestError,
  type ManifestRow,
  readMammogram,
  resizeBicubic,
  type Split,
  splitByPatient,
} from '@mammo/mammo-io';
import { createImageStore, readManifestFile } from '@mammo/mammo-io/node';
import type { TaskContext } from '../task-context.ts';

export interface ImportCohortInput {
  readonly manifest: string;
  readonly store: string;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
}

export interface ImportedCohort {
  /** Image ids of each split: the store's order is the manifest's, the study's is by id. */
  readonly splits: Readonly<Record<Split, readonly string[]>>;
  readonly warnings: readonly string[];
}

/**
 * Reads and resizes the mammograms of a manifest into an image store.
 *
 * @throws ManifestError listing every problem of the table, every missing file, or every unreadable one, with rows
 */
export async function importCohortTask(
  { manifest, store, height, width, seed }: ImportCohortInput,
  { signal, report }: TaskContext,
): Promise<ImportedCohort> {
  const rows = await readManifestFile(manifest);
  const split = splitByPatient(rows, { seed });
  const writer = await createImageStore(store, { height, width, fingerprint: manifest });
  const problems: string[] = [];
  const warnings: string[] = [];
  try {
    const stored = new Set(writer.images.map(({ imageId }) => imageId));
    for (const [index, row] of rows.entries()) {
      signal.throwIfAborted();
      if (!stored.has(row.imageId)) {
        try {
          const mammogram = await readRow(row, warnings);
          await writer.append(caseOf(row), resizeBicubic(mammogram, { height, width }).pixels);
        } catch (error) {
          problems.push(`row ${row.row}: ${row.path}: ${(error as Error).message}`);
        }
      }
      report({ done: index + 1, total: rows.length });
      await new Promise(setImmediate); // lets an abort arrive
    }
  } finally {
    await writer.close();
  }
  if (problems.length > 0) throw new ManifestError(`study: ${manifest}`, problems);
  const ids = (indices: readonly number[]) => indices.map((index) => rows[index]?.imageId ?? '');
  return {
    splits: {
      training: ids(split.training),
      validation: ids(split.validation),
      test: ids(split.test),
    },
    warnings,
  };
}

async function readRow(row: ManifestRow, warnings: string[]) {
  const { bitsStored } = row;
  const mammogram = await readMammogram(await readFile(row.path), {
    ...(bitsStored !== undefined && { bitsStored }),
  });
  for (const warning of mammogram.warnings) {
    warnings.push(`row ${row.row} (${basename(row.path)}): ${warning}`);
  }
  const fromFile = { laterality: mammogram.laterality, view: mammogram.view };
  for (const fact of ['laterality', 'view'] as const) {
    if (fromFile[fact] !== undefined && fromFile[fact] !== row[fact]) {
      warnings.push(
        `row ${row.row} (${basename(row.path)}): ${fact} is ${row[fact]} in the manifest, ${fromFile[fact]} in the file`,
      );
    }
  }
  return mammogram;
}

/** The row without what only the manifest needs. */
function caseOf({ imageId, patientId, laterality, view, label, lesionType }: ManifestRow) {
  return { imageId, patientId, laterality, view, label, ...(lesionType && { lesionType }) };
}
