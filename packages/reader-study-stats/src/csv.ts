/**
 * Rows of fields of a CSV text (RFC 4180: quoted fields, doubled quotes, CRLF or LF); a byte order
 * mark and empty lines are skipped. `row` counts the lines of the table as a spreadsheet does, from 1.
 * `fail` throws what the caller's users expect.
 */
export function parseCsv(
  text: string,
  fail: (row: number, message: string) => never,
): readonly { row: number; fields: readonly string[] }[] {
  const rows: { row: number; fields: string[] }[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/gy;
  const source = text.replace(/^\uFEFF/, '');
  let fields: string[] = [];
  let row = 1;
  while (pattern.lastIndex < source.length || fields.length > 0) {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) return fail(row, `must not have a stray quote, got one at character ${at}`);
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    if (fields.length > 1 || fields[0] !== '') rows.push({ row, fields });
    fields = [];
    row++;
    if (pattern.lastIndex >= source.length) break;
  }
  return rows;
}

/** A CSV text with LF line ends; fields are quoted where they need it. */
export function formatCsv(rows: readonly (readonly (string | number | boolean)[])[]): string {
  return rows.map((fields) => `${fields.map(quote).join(',')}\n`).join('');
}

function quote(field: string | number | boolean): string {
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
