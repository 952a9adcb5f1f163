import { ManifestError, type ManifestRow, parseManifest } from '@mammo/mammo-io';
import { readManifestFile } from '@mammo/mammo-io/node';
import { digestOf } from '../operations/load-weights.ts';
import { readContent } from './read-content.ts';
import { isS3, s3Location } from './s3-location.ts';

/** A manifest's images, and what names it. */
export interface ArchiveCohort {
  /** Their paths are absolute, or addresses of objects. */
  readonly images: readonly ManifestRow[];
  /** Of the manifest's bytes, 64 hexadecimal digits. */
  readonly manifestSha256: string;
}

/**
 * Reads a cohort's manifest from a file or an object; images lie beside it or below. Whether objects are there is found out when
 * they are read.
 *
 * @throws ManifestError with all problems
 * @throws the system's error if the manifest cannot be read
 */
export async function readCohort(manifest: string): Promise<ArchiveCohort> {
  const bytes = await readContent(manifest);
  const manifestSha256 = digestOf(bytes);
  if (!isS3(manifest)) return { images: await readManifestFile(manifest), manifestSha256 };
  const { bucket, key } = s3Location(manifest);
  const folder = `s3://${bucket}/${key.slice(0, key.lastIndexOf('/') + 1)}`;
  const problems: string[] = [];
  const images = parseManifest(new TextDecoder().decode(bytes)).map((row) => {
    const path = folder + row.path.replace(/^(\.\/)+/, '');
    try {
      s3Location(path);
    } catch (error) {
      problems.push(`row ${row.row}: ${(error as Error).message}`);
    }
    return { ...row, path };
  });
  if (problems.length > 0) throw new ManifestError(`readCohort: ${manifest}`, problems);
  return { images, manifestSha256 };
}
