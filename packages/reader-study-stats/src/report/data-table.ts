import { type Html, html, trusted } from './html.ts';

/** One column of a table. */
export interface TableColumn {
  /** Heading of the column; '' leaves it without one. */
  readonly label: string;
  /** 'number' (default) stands right-aligned with digits of one width, 'text' left-aligned. */
  readonly align?: 'number' | 'text';
}

/** A table of rows that their first cell names. */
export interface DataTable {
  /** Above the table; default: none. */
  readonly caption?: string;
  /** Names of columns, the first being that of the row names. */
  readonly columns: readonly (string | TableColumn)[];
  /** Cells in the order of the columns, one for each; text is escaped. */
  readonly rows: readonly (readonly (string | Html)[])[];
}

/**
 * A table as HTML: column and row headings are marked as such, and a table that is wider than a screen
 * scrolls alone, by keyboard too.
 *
 * @throws RangeError if a row has not one cell per column
 * @example
 * ```ts
 * page('Areas', dataTable({ columns: ['reader', 'AUC'], rows: [['R1', '0.91']] })).includes('0.91'); // => true
 * ```
 */
export function dataTable({ caption, columns, rows }: DataTable): Html {
  const heads = columns.map(
    (column): TableColumn => (typeof column === 'string' ? { label: column } : column),
  );
  checkTable('dataTable', columns.length, rows);
  const classOf = (column: number): Html =>
    trusted(column > 0 && heads[column]!.align !== 'text' ? '' : ' class="text"');
  return html`<div class="scroll" role="region" aria-label="${caption ?? 'Table'}" tabindex="0"><table>
${caption === undefined ? '' : html`<caption>${caption}</caption>\n`}<thead><tr>${heads.map(({ label }, i) => columnHead(label, classOf(i)))}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row" class="text">${first}</th>${rest.map((cell, i) => html`<td${classOf(i + 1)}>${cell}</td>`)}</tr>
`,
  )}</tbody>
</table></div>`;
}

/** A cell without words is no heading: screen readers would announce an empty one. */
function columnHead(label: string, attributes: Html): Html {
  return label === '' ? html`<td></td>` : html`<th scope="col"${attributes}>${label}</th>`;
}

/** What a figure is made of. */
export interface Figure {
  /** A plot of this package. */
  readonly svg: string;
  /** Below the plot, and what a screen reader calls it. */
  readonly caption: string;
  /** The numbers of the plot, folded away below it. */
  readonly table?: DataTable;
}

/**
 * A plot with its caption, and its numbers for those who cannot see it or want to compute.
 * @example
 * ```ts
 * figure({ svg: rocPlot([{ name: 'AI', points }], { title: 'ROC' }), caption: 'The AI alone.' });
 * ```
 */
export function figure({ svg, caption, table }: Figure): Html {
  const data = table ? html`<details><summary>Numbers</summary>${dataTable(table)}</details>` : '';
  return html`<figure><div class="scroll" role="region" aria-label="${caption}" tabindex="0">${trusted(svg)}</div>
<figcaption>${caption}</figcaption>${data}</figure>`;
}

/** @throws RangeError if a row has not one cell per column */
export function checkTable(
  caller: string,
  columns: number,
  rows: readonly (readonly unknown[])[],
): void {
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new RangeError(`${caller}: row ${i + 1} must have ${columns} cells, got ${row.length}`);
    }
  });
}
