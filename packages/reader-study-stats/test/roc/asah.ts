import { parseCsv } from '../../src/formats/csv.ts';
import type { BinaryLabel } from '../../src/roc/auc.ts';
import { sharedText } from '../goldens.ts';

/** pROC's data of subarachnoid haemorrhage: three scores, poor outcome positive. */
export function asah(): {
  readonly labels: readonly BinaryLabel[];
  scores(name: string): readonly number[];
} {
  const [header, ...rows] = parseCsv(sharedText('asah.csv'), (row, message) => {
    throw new Error(`row ${row}: ${message}`);
  });
  const column = (name: string) => rows.map(({ fields }) => fields[header!.fields.indexOf(name)]!);
  return {
    labels: column('outcome').map((outcome) => (outcome === 'Poor' ? 'positive' : 'negative')),
    scores: (name) => column(name).map(Number),
  };
}
