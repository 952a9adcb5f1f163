import type { ManifestRow } from '@mammo/mammo-io';

/** What every result says of its image; the names are those of adversarial-eval's records. */
export function caseFields({ imageId, patientId, label, laterality, view }: ManifestRow): {
  readonly caseId: string;
  readonly patientId: string;
  readonly label: string;
  readonly laterality: string;
  readonly view: string;
} {
  return { caseId: imageId, patientId, label, laterality, view };
}
