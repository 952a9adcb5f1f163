import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCsv } from '../src/formats/csv.ts';
import { arrangeReads, type MrmcData } from '../src/mrmc/mrmc-data.ts';
import type { MrmcOptions, ReadRow } from '../src/mrmc/read-row.ts';
import { recordReads } from './golden-reads.ts';
import { sharedFolder } from './goldens.ts';

/** How the goldens' tables are coded. */
export const CODED: MrmcOptions = { positive: '1', negative: '0', direction: 'higher' };

/** Text of a golden: our own lie in the fixtures, others in the shared folder. */
function textOf(file: string): string {
  const own = join(import.meta.dirname, 'fixtures', file);
  return readFileSync(existsSync(own) ? own : join(sharedFolder, file), 'utf8');
}

/** Rows of a golden table; `names` says which column is which. */
export function goldenRows(
  file: string,
  names: Partial<Record<'reader' | 'test' | 'case' | 'truth' | 'rating', string>> = {},
): readonly ReadRow[] {
  const table = parseCsv(textOf(file), (row, message) => {
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
  const lines = textOf(file).split(/\r?\n/);
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

export function goldenStudy(file: string): MrmcData {
  return arrangeReads(goldenRows(file), CODED);
}

// biome-ignore lint/suspicious/noExplicitAny: goldens are checked value by value
export function goldenJson(file: string): any {
  return recordReads(file, JSON.parse(textOf(file)));
}

/** The simulated study of real and fake images: "fake" is positive, unsure lies between. */
export function realOrFakeStudy(sessions: readonly string[] = ['3', '5']): MrmcData {
  const label = { real: 'real', fake: 'not-real', unsure: 'unsure' };
  const rows = parseCsv(textOf('readerstudy_sim_dev.csv'), (row, message) => {
    throw new Error(`row ${row}: ${message}`);
  });
  const header = rows[0]!.fields;
  const at = (name: string) => header.indexOf(name);
  return arrangeReads(
    rows
      .slice(1)
      .filter(({ fields }) => sessions.includes(fields[at('session')]!))
      .map(({ fields }) => ({
        reader: fields[at('reader')]!,
        session: fields[at('session')]!,
        case: fields[at('image')]!,
        truth: fields[at('truth')]!,
        label: label[fields[at('label')] as 'real'],
      })),
    {
      positive: 'fake',
      negative: 'real',
      direction: 'higher',
      labels: { real: 1, unsure: 2, 'not-real': 3 },
    },
  );
}
