import { basename, parse, resolve } from 'node:path';
import {
  type FitPolicy,
  ManifestError,
  type ManifestRow,
  type PreprocessedImage,
  type Split,
  splitByPatient,
} from '@mammo/mammo-io';
import { createImageStore, preprocessFiles, readManifestFile } from '@mammo/mammo-io/node';
import type { TaskContext } from '../task-context.ts';

export interface ImportCohortInput {
  readonly manifest: string;
  readonly store: string;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  /** How images of another shape come to the study's size. */
  readonly policy: FitPolicy;
}

export interface ImportedCohort {
  /** Image ids of each split: the store's order is the manifest's, the study's is by id. */
  readonly splits: Readonly<Record<Split, readonly string[]>>;
  readonly warnings: readonly string[];
}

/**
 * Reads and resizes the mammograms of a manifest into an image store, hung with the chest wall on the left for left breasts and
 * on the right for right ones where the file says the side.
 *
 * @throws ManifestError listing every problem of the table, every missing file, or every unreadable one, with rows
 */
export async function importCohortTask(
  { manifest, store, height, width, seed, policy }: ImportCohortInput,
  { signal, report }: TaskContext,
): Promise<ImportedCohort> {
  const { root } = parse(resolve(manifest)); // the user's own manifest may name files anywhere
  const rows = await readManifestFile(manifest, { root });
  const split = splitByPatient(rows, { seed });
  const writer = await createImageStore(store, { height, width, fingerprint: manifest });
  const problems: string[] = [];
  const warnings: string[] = [];
  try {
    const stored = new Set(writer.images.map(({ imageId }) => imageId));
    const missing = rows.filter(({ imageId }) => !stored.has(imageId));
    const onError = ({ cause }: Error, { row, path }: ManifestRow) => {
      problems.push(`row ${row}: ${path}: ${(cause as Error).message}`);
    };
    const preprocessing = { height, width, policy, chestWall: 'by-side' } as const;
    const images = preprocessFiles(missing, { ...preprocessing, signal, onError });
    let done = rows.length - missing.length;
    for await (const { file, image } of images) {
      warnings.push(...warningsOf(file, image));
      await writer.append(caseOf(file), image.pixels);
      done++;
      report({ done, total: rows.length });
    }
  } finally {
    await writer.close();
  }
  if (problems.length > 0) throw new ManifestError(manifest, problems);
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

/** What the file says of itself, and where it contradicts the manifest. */
function warningsOf(row: ManifestRow, image: PreprocessedImage): readonly string[] {
  const place = `row ${row.row} (${basename(row.path)})`;
  const contradictions = (['laterality', 'view'] as const)
    .filter((fact) => image[fact] !== undefined && image[fact] !== row[fact])
    .map((fact) => `${place}: ${fact} is ${row[fact]} in the manifest, ${image[fact]} in the file`);
  return [...image.warnings.map((warning) => `${place}: ${warning}`), ...contradictions];
}

/** The row without what only the manifest needs. */
function caseOf({ imageId, patientId, laterality, view, label, lesionType }: ManifestRow) {
  return { imageId, patientId, laterality, view, label, ...(lesionType && { lesionType }) };
}
