import type { PairedRecord } from '../src/paired-record.ts';

/** A record of image `index` with scores on the sides of 0.5 that the flags say. */
function record(
  label: 'positive' | 'negative',
  index: number,
  correct: boolean,
  fooled: boolean,
): PairedRecord {
  const towards = (positive: boolean) => (positive ? 0.6 : 0.1) + (index % 30) / 100;
  const isPositive = label === 'positive';
  return {
    caseId: `${label}-${index}`,
    patientId: `${label}-patient-${index >> 1}`,
    laterality: 'L',
    view: index % 2 ? 'CC' : 'MLO',
    label,
    direction: isPositive ? 'remove' : 'insert',
    intendedLabel: isPositive ? 'negative' : 'positive',
    scoreReal: towards(isPositive === correct),
    scoreFake: towards(isPositive !== fooled),
    attackId: 'gan',
  };
}

/** Scores with the paper's counts: 44/74 and 319/364 correct, 42/44 and 209/319 of them fooled. */
export const paperRecords: readonly PairedRecord[] = [
  ...Array.from({ length: 74 }, (_, i) => record('positive', i, i < 44, i < 42)),
  ...Array.from({ length: 364 }, (_, i) => record('negative', i, i < 319, i < 209)),
];
