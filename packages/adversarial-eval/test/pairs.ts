import type { PairedRecord } from '../src/paired-record.ts';

/** A record of a positive (score above 0.5 is right) or negative image; scores as given. */
export function pair(
  caseId: string,
  label: 'positive' | 'negative',
  scores: readonly [real: number, fake: number],
  more: Partial<PairedRecord> = {},
): PairedRecord {
  return {
    caseId,
    patientId: `patient of ${caseId}`,
    laterality: 'L',
    view: 'CC',
    label,
    direction: label === 'positive' ? 'remove' : 'insert',
    intendedLabel: label === 'positive' ? 'negative' : 'positive',
    scoreReal: scores[0],
    scoreFake: scores[1],
    attackId: 'pgd',
    ...more,
  };
}
