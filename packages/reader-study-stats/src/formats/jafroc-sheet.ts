import type { ReadProblem } from '../reads.ts';
import { parseCsv } from './csv.ts';
import { formatDecimal } from './decimal.ts';

/** The three sheets of a JAFROC workbook, each as the text of a CSV table. */
export interface JafrocSheets {
  /** Hits: ReaderID, ModalityID, CaseID, LesionID, TP_Rating. */
  readonly tp: string;
  /** Other marks: ReaderID, ModalityID, CaseID, FP_Rating. */
  readonly fp: string;
  /** Every case and lesion: CaseID, LesionID (0: a normal case), Weight (0: all lesions alike). */
  readonly truth: string;
}

/** A cell's row number and its texts by column. */
type Table = readonly { readonly row: number; readonly fields: readonly string[] }[];

/** The names that a column has in workbooks, letters only. */
const NAMES = {
  reader: ['readerid'],
  modality: ['modalityid', 'treatmentid'],
  case: ['caseid'],
  lesion: ['lesionid'],
  weight: ['weight', 'weights'],
  tp: ['tprating', 'llrating'],
  fp: ['fprating', 'nlrating'],
} as const;

type Name = keyof typeof NAMES;

/** A row of a sheet. */
export interface SheetRow {
  readonly row: number;
  readonly fields: readonly string[];
  readonly report: (message: string) => void;
}

/** The three sheets of a workbook, in the order in which they are read. */
export interface WorkbookSheets {
  readonly truth: Sheet;
  readonly tp: Sheet;
  readonly fp: Sheet;
}

/**
 * The sheets of CSV texts or of one JSON text.
 *
 * @param problems takes what is wrong with them, now and while their rows are read
 */
export function openSheets(source: JafrocSheets | string, problems: ReadProblem[]): WorkbookSheets {
  const tables =
    typeof source === 'string' ? jsonTables(source, problems) : csvTables(source, problems);
  return {
    truth: new Sheet('TRUTH', tables.truth, problems),
    tp: new Sheet('TP', tables.tp, problems),
    fp: new Sheet('FP', tables.fp, problems),
  };
}

/** One sheet; what is wrong with it is reported under its name. */
export class Sheet {
  readonly #name: string;
  readonly #table: Table;
  readonly #problems: ReadProblem[];

  constructor(name: string, table: Table | null, problems: ReadProblem[]) {
    this.#name = name;
    this.#table = table ?? [];
    this.#problems = problems;
    if (table?.length === 0) this.#report(1, 'the sheet is empty');
  }

  /** The rows below the header: the fields of the columns, none of them empty. */
  *rows(columns: readonly Name[]): Generator<SheetRow> {
    const [header, ...table] = this.#table;
    if (header === undefined) return;
    const names = header.fields.map((field) => field.toLowerCase().replace(/[^a-z]/g, ''));
    const at = columns.map((column) => names.findIndex((name) => isNamed(column, name)));
    const missing = columns.filter((_, index) => at[index]! < 0);
    for (const column of missing) this.#report(header.row, `column ${titleOf(column)} is missing`);
    if (missing.length > 0) return;
    for (const { row, fields } of table) {
      const own = at.map((index) => fields[index] ?? '');
      const empty = columns.filter((_, index) => own[index] === '');
      for (const column of empty) this.#report(row, `${titleOf(column)} must not be empty`);
      if (empty.length === 0) {
        yield { row, fields: own, report: (message) => this.#report(row, message) };
      }
    }
  }

  #report(row: number, message: string): void {
    this.#problems.push({ row, message: `${this.#name}: ${message}` });
  }
}

function isNamed(column: Name, name: string): boolean {
  return (NAMES[column] as readonly string[]).includes(name);
}

const TITLES: Readonly<Record<Name, string>> = {
  reader: 'ReaderID',
  modality: 'ModalityID',
  case: 'CaseID',
  lesion: 'LesionID',
  weight: 'Weight',
  tp: 'TP_Rating',
  fp: 'FP_Rating',
};

function titleOf(column: Name): string {
  return TITLES[column];
}

function csvTables(
  { tp, fp, truth }: JafrocSheets,
  problems: ReadProblem[],
): Readonly<Record<'tp' | 'fp' | 'truth', Table | null>> {
  const table = (name: string, csv: string): Table | null => {
    try {
      return parseCsv(csv, (row, message) => {
        problems.push({ row, message: `${name}: ${message}` });
        throw new SyntaxError(message);
      });
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  };
  return { tp: table('TP', tp), fp: table('FP', fp), truth: table('TRUTH', truth) };
}

function jsonTables(
  text: string,
  problems: ReadProblem[],
): Readonly<Record<'tp' | 'fp' | 'truth', Table | null>> {
  const sheets = jsonSheets(text);
  const table = (title: string, ...names: readonly string[]): Table | null => {
    const rows = names.map((name) => sheets.get(name)).find((one) => one !== undefined);
    if (Array.isArray(rows) && rows.every(isRecord)) return objectTable(rows);
    problems.push({ row: 1, message: `${title}: must be a list of rows in one JSON text` });
    return null;
  };
  return {
    tp: table('TP', 'tp', 'll'),
    fp: table('FP', 'fp', 'nl'),
    truth: table('TRUTH', 'truth'),
  };
}

/** The members of a JSON object by name in small letters; none if it is none. */
function jsonSheets(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return new Map();
    return new Map(Object.entries(value).map(([name, rows]) => [name.toLowerCase(), rows]));
  } catch (error) {
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** Header and rows of objects; numbers become the texts that give them back. */
function objectTable(rows: readonly Readonly<Record<string, unknown>>[]): Table {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = rows.map((row, index) => {
    const own = new Map(Object.entries(row));
    return {
      row: index + 2,
      fields: names.map((name) => {
        const value = own.get(name);
        if (typeof value === 'string') return value;
        return typeof value === 'number' ? formatDecimal(value) : '';
      }),
    };
  });
  return [{ row: 1, fields: names }, ...table];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
