/** One row of a CSV table. */
export interface CsvRow {
  /** The row as a spreadsheet counts them, from 1; the header is usually row 1. */
  readonly row: number;
  readonly fields: readonly string[];
}

/**
 * Rows of fields of a CSV text (RFC 4180: quoted fields, doubled quotes, CRLF, LF or CR). A byte order
 * mark and empty lines are skipped; white space around a field that is not quoted does not count.
 * Takes time in proportion to the text, whatever it holds. `fail` throws what the caller's users expect.
 */
export function parseCsv(
  text: string,
  fail: (row: number, message: string) => never,
): readonly CsvRow[] {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows: CsvRow[] = [];
  let row = 1;
  let at = 0;
  while (at < source.length) {
    const { fields, end, isStray } = rowAt(source, at);
    if (isStray) {
      return fail(row, `must not have a stray quote, got one in field ${fields.length + 1}`);
    }
    const isEmpty = fields.length === 1 && fields[0] === '' && source[at] !== '"';
    if (!isEmpty) rows.push({ row, fields });
    row++;
    at = end + (source.startsWith('\r\n', end) ? 2 : 1);
  }
  return rows;
}

/** What a CSV text is for. */
export interface CsvOptions {
  /**
   * Whether text that a spreadsheet would run as a formula (it starts with = + - @ or a control
   * character) gets an apostrophe in front; numbers stay numbers. For tables that people open; the
   * apostrophe stays in the text when it is read back. Default false.
   */
  readonly guardFormulas?: boolean;
}

/** A CSV text with LF line ends; fields are quoted where they need it. */
export function formatCsv(
  rows: readonly (readonly (string | number | boolean)[])[],
  { guardFormulas = false }: CsvOptions = {},
): string {
  const write = (field: string | number | boolean): string => {
    if (typeof field === 'number') return Object.is(field, -0) ? '-0' : String(field);
    const text = String(field);
    return quote(guardFormulas && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);
  };
  return rows.map((fields) => `${fields.map(write).join(',')}\n`).join('');
}

interface Field {
  readonly text: string;
  /** Where the comma, the line end or the end of the text stands. */
  readonly end: number;
}

/** The fields up to a line end or the end of the text; `isStray`: up to a quote out of place. */
function rowAt(
  source: string,
  start: number,
): { readonly fields: readonly string[]; readonly end: number; readonly isStray: boolean } {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    const field = source[at] === '"' ? quotedField(source, at) : plainField(source, at);
    if (field === null) return { fields, end: at, isStray: true };
    fields.push(field.text);
    at = field.end;
    if (source[at] !== ',') return { fields, end: at, isStray: false };
    at++;
  }
}

function plainField(source: string, start: number): Field | null {
  STOP.lastIndex = start;
  const end = STOP.exec(source)?.index ?? source.length;
  return source[end] === '"' ? null : { text: source.slice(start, end).trim(), end };
}

const STOP = /[",\r\n]/g;

function quotedField(source: string, start: number): Field | null {
  let close = source.indexOf('"', start + 1);
  while (close >= 0 && source[close + 1] === '"') close = source.indexOf('"', close + 2);
  if (close < 0) return null;
  const end = close + 1;
  if (end < source.length && !',\r\n'.includes(source[end]!)) return null;
  return { text: source.slice(start + 1, close).replaceAll('""', '"'), end };
}

function quote(text: string): string {
  const isBare = !/[",\r\n]/.test(text) && text === text.trim();
  return isBare ? text : `"${text.replaceAll('"', '""')}"`;
}
