import type { Laterality, View } from '../case-image.ts';
import type { TableRecord } from '../csv-table.ts';
import { ManifestError, sortByRow } from '../manifest-error.ts';
import { pathProblem } from '../manifest-path.ts';
import type { BreastDensity, ManifestRow } from '../manifest-row.ts';

/** A public cohort's tables as rows of a manifest. */
export interface CohortTable {
  /** Images with a label and one of the two screening views. `row` is the row of the published table. */
  readonly rows: readonly ManifestRow[];
  /** Sound records that are no row, and why: other views, no label, no file. */
  readonly leftOut: readonly LeftOut[];
}

/** A record that an adapter left out. */
export interface LeftOut {
  /** Row of the published table, the header being row 1. */
  readonly row: number;
  /** What it lacks, for people. */
  readonly reason: string;
}

/** Gathers the rows, what is left out and what is wrong while a table is read. */
export class CohortBuilder {
  readonly rows: ManifestRow[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly problems: string[] = [];
  readonly #caller: string;
  #table = '';

  constructor(caller: string) {
    this.#caller = caller;
  }

  /** Names the table in the problems that follow, where a cohort has several. */
  inTable(name: string): this {
    this.#table = `${name} `;
    return this;
  }

  complain(row: number, problem: string): undefined {
    this.problems.push(`${this.#table}row ${row}: ${problem}`);
    return undefined;
  }

  leaveOut(row: number, reason: string): void {
    this.leftOut.push({ row, reason });
  }

  /** The value that a cell stands for; what is not in the list is a problem. */
  choice<Value>(
    record: TableRecord,
    column: string,
    values: Readonly<Record<string, Value>>,
  ): Value | undefined {
    const given = record.cell(column);
    if (Object.hasOwn(values, given)) return values[given];
    const choices = Object.keys(values).join(' or ');
    return this.complain(
      record.row,
      `${column} must be ${choices}, got ${JSON.stringify(given.slice(0, 80))}`,
    );
  }

  /** A cell that must not be empty. */
  required(record: TableRecord, column: string): string {
    const value = record.cell(column);
    if (value === '') this.complain(record.row, `${column} must not be empty`);
    return value;
  }

  /** Takes a row; of its path it is asked that it stays in the cohort's folder. */
  add(row: ManifestRow): void {
    const problem = pathProblem(row.path);
    if (problem) this.complain(row.row, `the path ${problem}, got ${JSON.stringify(row.path)}`);
    this.rows.push(row);
  }

  /** @throws ManifestError if anything was wrong */
  finish(): CohortTable {
    if (this.problems.length > 0) {
      throw new ManifestError(this.#caller, sortByRow(this.problems));
    }
    return { rows: this.rows, leftOut: this.leftOut };
  }
}

/** The two screening views. */
export function screeningView(view: string): View | undefined {
  return view === 'CC' || view === 'MLO' ? view : undefined;
}

/** `L` and `R`, for tables that say so. */
export const SIDES: Readonly<Record<string, Laterality>> = { L: 'L', R: 'R' };

/** `LEFT` and `RIGHT`, for tables that say so. */
export const LONG_SIDES: Readonly<Record<string, Laterality>> = { LEFT: 'L', RIGHT: 'R' };

/** Density categories that are counted from 1 (ACR, third and fourth edition), or lettered. */
export function densityOf(text: string): BreastDensity | undefined {
  const letter = { 1: 'A', 2: 'B', 3: 'C', 4: 'D' }[text] ?? text;
  return (['A', 'B', 'C', 'D'] as const).find((density) => density === letter);
}

/** A whole number in a range, from a text that may have decimals or a letter behind it (`4a`). */
export function wholeNumber(text: string, from: number, to: number): number | undefined {
  const value = Math.floor(Number.parseFloat(text));
  return value >= from && value <= to ? value : undefined;
}
