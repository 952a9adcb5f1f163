import fc from 'fast-check';
import { formatImrmc } from '../src/formats/format-imrmc.ts';
import { formatJafroc } from '../src/formats/format-jafroc.ts';
import { formatLrc } from '../src/formats/format-lrc.ts';
import type { JafrocSheets } from '../src/formats/jafroc-sheet.ts';
import { parseImrmc } from '../src/formats/parse-imrmc.ts';
import { parseJafroc } from '../src/formats/parse-jafroc.ts';
import { parseLrc } from '../src/formats/parse-lrc.ts';
import { formatReads, parseReads } from '../src/formats/reads-csv.ts';
import { formatRows, parseRows } from '../src/formats/rows-csv.ts';
import type { FrocCase, FrocMark, FrocStudy } from '../src/froc/froc-marks.ts';
import type { ReadRow } from '../src/mrmc/read-row.ts';
import { ReadsError } from '../src/reads.ts';
import { crossedRows, frocStudies, plainId, ratings } from '../test/format-arbitraries.ts';

/** A format: sound texts to damage, and what reading and writing again must give back. */
export interface FormatTarget {
  readonly name: string;
  readonly texts: fc.Arbitrary<string>;
  /** The records of a text; throws ReadsError. */
  readonly read: (text: string) => readonly object[];
  /** The text of the records; throws RangeError for what the format cannot hold. */
  readonly write: (records: readonly object[]) => string;
}

/** What became of the inputs of one format. */
export interface FormatTally {
  readonly name: string;
  readonly read: number;
  readonly refused: number;
  readonly slowestMs: number;
}

const CODING = { positive: '1', negative: '0', direction: 'higher' } as const;
const SLOWEST_MS = 10_000;

const studies = crossedRows(
  plainId.filter((id) => !/^(truth|-1)$|^[*#]|"/i.test(id)),
  ratings,
);

const answers = studies.map((rows) =>
  rows.map((row, index) => ({
    reader: row.reader,
    session: row.modality!,
    case: row.case,
    truth: row.truth === '1' ? ('fake' as const) : ('real' as const),
    appearance: 'positive' as const,
    label: 'unsure' as const,
    order: index + 1,
    simulated: true,
  })),
);

/** Every format of the package. */
export const FORMATS: readonly FormatTarget[] = [
  {
    name: '.imrmc',
    texts: studies.map((rows) => formatImrmc(rows, CODING)),
    read: (text) => parseImrmc(text).rows,
    write: (rows) => formatImrmc(rows as readonly ReadRow[], CODING),
  },
  {
    name: '.lrc',
    texts: studies.map((rows) => formatLrc(rows, CODING)),
    read: (text) => parseLrc(text).rows,
    write: (rows) => formatLrc(rows as readonly ReadRow[], CODING),
  },
  {
    name: 'CSV of rows',
    texts: studies.map((rows) => formatRows(rows)),
    read: (text) => parseRows(text).rows,
    write: (rows) => formatRows(rows as readonly ReadRow[]),
  },
  {
    name: 'CSV of answers',
    texts: answers.map((reads) => formatReads(reads)),
    read: parseReads,
    write: (reads) => formatReads(reads as ReturnType<typeof parseReads>),
  },
  {
    name: 'JAFROC, CSV',
    texts: frocStudies.map((study) => sheetsText(formatJafroc(study))),
    read: (text) => frocRecords(parseJafroc(textSheets(text))),
    write: (records) => sheetsText(formatJafroc(frocStudy(records))),
  },
  {
    name: 'JAFROC, JSON',
    texts: frocStudies.map(frocJson),
    read: (text) => frocRecords(parseJafroc(text)),
    write: (records) => frocJson(frocStudy(records)),
  },
];

const BETWEEN_SHEETS = '\u0001SHEET\u0001';

function sheetsText({ tp, fp, truth }: JafrocSheets): string {
  return [tp, fp, truth].join(BETWEEN_SHEETS);
}

function textSheets(text: string): JafrocSheets {
  const [tp = '', fp = '', truth = ''] = text.split(BETWEEN_SHEETS);
  return { tp, fp, truth };
}

/** A study as one list, cases and marks told apart by their fields. */
function frocRecords({ cases, marks }: FrocStudy): readonly object[] {
  return [...cases, ...marks];
}

function frocStudy(records: readonly object[]): FrocStudy {
  const isCase = (record: object): record is FrocCase => 'lesions' in record;
  return {
    cases: records.filter(isCase),
    marks: records.filter((record): record is FrocMark => !isCase(record)),
  };
}

function frocJson({ cases, marks }: FrocStudy): string {
  const place = ({ reader, modality, case: id }: FrocMark) => ({
    ReaderID: reader,
    ModalityID: modality,
    CaseID: id,
  });
  const rows = cases.flatMap(({ case: CaseID, lesions }) =>
    lesions.length === 0
      ? [{ CaseID, LesionID: '0', Weight: 0 }]
      : lesions.map(({ lesion, weight = 0 }) => ({ CaseID, LesionID: lesion, Weight: weight })),
  );
  const written = (value: number): number | string => (Object.is(value, -0) ? '-0' : value);
  return JSON.stringify({
    TP: marks
      .filter(({ lesion }) => lesion)
      .map((mark) => ({ ...place(mark), LesionID: mark.lesion, TP_Rating: written(mark.rating) })),
    FP: marks
      .filter(({ lesion }) => !lesion)
      .map((mark) => ({ ...place(mark), FP_Rating: written(mark.rating) })),
    TRUTH: rows,
  });
}

const HOSTILE = [
  '__proto__',
  'constructor',
  '"',
  '""',
  ',',
  ',,,,',
  '\n',
  '\r\n',
  '\r',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '*',
  '#',
  'BEGIN DATA:',
  'truth',
  '-1',
  'NaN',
  'Infinity',
  '1e999',
  '-0',
  '0x10',
  'N0: 999999999999',
  '"'.repeat(999),
  ' '.repeat(999),
  '9'.repeat(400),
  '{"__proto__":{"polluted":1}}',
];

/** Text put in the place of other text. */
interface Edit {
  /** Share of the text in front of it. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(9999).map((tenThousandths) => tenThousandths / 1e4),
  length: fc.nat(12),
  text: fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constant(''),
  ),
});

/**
 * Damages texts of a format. Every one must be read or refused with ReadsError, within ten seconds, and
 * leave Object.prototype alone; what was read must be given back by writing and reading it again.
 *
 * @throws Error with the smallest text that was found to break this
 */
export function fuzzFormat(
  { name, texts, read, write }: FormatTarget,
  { inputs, seed }: { readonly inputs: number; readonly seed: number },
): FormatTally {
  let [wasRead, refused, slowestMs] = [0, 0, 0];
  const property = fc.property(texts, fc.array(edit, { maxLength: 4 }), (text, edits) => {
    const damaged = edits.reduce(damage, text);
    const started = performance.now();
    const records = readOrRefuse(read, damaged);
    slowestMs = Math.max(slowestMs, performance.now() - started);
    if (slowestMs > SLOWEST_MS) throw new Error(`took ${slowestMs} ms`);
    if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) {
      throw new Error('Object.prototype was changed');
    }
    if (records === null) refused++;
    else {
      wasRead++;
      checkGivenBack(records, { read, write });
    }
  });
  fc.assert(property, { numRuns: inputs, seed, endOnFailure: false });
  return { name, read: wasRead, refused, slowestMs };
}

function damage(text: string, { at, length, text: inserted }: Edit): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + inserted + text.slice(start + length);
}

function readOrRefuse(read: FormatTarget['read'], text: string): readonly object[] | null {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof ReadsError && error.problems.length > 0) return null;
    throw error;
  }
}

function checkGivenBack(
  records: readonly object[],
  { read, write }: Pick<FormatTarget, 'read' | 'write'>,
): void {
  let text: string;
  try {
    text = write(records);
  } catch (error) {
    if (error instanceof RangeError) return;
    throw error;
  }
  const sorted = (some: readonly object[]) =>
    some.map((one) => JSON.stringify(ordered(one))).sort();
  if (JSON.stringify(sorted(read(text))) !== JSON.stringify(sorted(records))) {
    throw new Error(`not given back: ${JSON.stringify(records)}`);
  }
}

/** The fields of a record by name, −0 kept apart from 0. */
function ordered(record: object): readonly (readonly [string, unknown])[] {
  return Object.entries(record)
    .map(([key, value]) => [key, Object.is(value, -0) ? '-0' : value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
