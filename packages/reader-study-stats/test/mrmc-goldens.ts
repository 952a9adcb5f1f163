import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCsv } from '../src/csv.ts';
import { arrangeReads, type MrmcData } from '../src/mrmc/mrmc-data.ts';
import type { MrmcOptions, ReadRow } from '../src/mrmc/read-row.ts';
import { sharedFolder } from './goldens.ts';

/** How the goldens' tables are coded. */
export const CODED: MrmcOptions = { positive: '1', negative: '0', direction: 'higher' };

/** Rows of a table of the shared folder; `names` says which column is which. */
export function sharedRows(
  file: string,
  names: Partial<Record<'reader' | 'test' | 'case' | 'truth' | 'rating', string>> = {},
): readonly ReadRow[] {
  const table = parseCsv(readFileSync(join(sharedFolder, file), 'utf8'), (row, message) => {
    throw new Error(`row ${row}: ${message}`);
  });
  const header = table[0]!.fields.map((field) => field.trim());
  const at = (column: 'reader' | 'test' | 'case' | 'truth' | 'rating', name: string) =>
    header.indexOf(names[column] ?? name);
  const columns = {
    reader: at('reader', 'reader'),
    test: at('test', 'treatment'),
    case: at('case', 'case'),
    truth: at('truth', 'truth'),
    rating: at('rating', 'rating'),
  };
  return table.slice(1).map(({ fields }) => ({
    reader: fields[columns.reader]!,
    modality: fields[columns.test]!,
    case: fields[columns.case]!,
    truth: fields[columns.truth]!,
    rating: Number(fields[columns.rating]),
  }));
}

/** Reads of an .imrmc file: the lines below BEGIN DATA, truth among them. */
export function imrmcRows(file: string): readonly ReadRow[] {
  const lines = readFileSync(join(sharedFolder, file), 'utf8').split(/\r?\n/);
  const data = lines
    .slice(lines.findIndex((line) => line.startsWith('BEGIN DATA')) + 1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((field) => field.trim()));
  const truths = new Map(
    data.filter(([reader]) => reader === 'truth').map(([, id, , score]) => [id!, score!]),
  );
  return data
    .filter(([reader]) => reader !== 'truth')
    .map(([reader, id, modality, score]) => ({
      reader: reader!,
      modality: modality!,
      case: id!,
      truth: truths.get(id!)!,
      rating: Number(score),
    }));
}

export function sharedStudy(file: string): MrmcData {
  return arrangeReads(sharedRows(file), CODED);
}

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
export function sharedJson(file: string): any {
  return JSON.parse(readFileSync(join(sharedFolder, file), 'utf8'));
}
