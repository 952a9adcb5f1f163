import { parseReads } from '../../src/formats/reads-csv.ts';
import type { Read } from '../../src/reads.ts';
import { fixtureText } from '../goldens.ts';

/** The golden study's answers; its file says image, class, pos, neg and fake. */
export function simulatedStudy(): readonly Read[] {
  const csv = fixtureText('readerstudy_sim_dev.csv')
    .replaceAll(',pos,', ',positive,')
    .replaceAll(',neg,', ',negative,')
    .replace(/,fake,([\d.]*)$/gm, ',not-real,$1');
  return parseReads(csv, { columns: { case: 'image', appearance: 'class' } });
}
