/** The name of a column of the rows. */
export type Column<Row extends object> = Extract<keyof Row, string>;

/** A column, or the interaction of two. */
export type Term<Row extends object> = Column<Row> | `${Column<Row>}:${Column<Row>}`;

/** What a model explains, and by what. */
export interface ModelFormula<Row extends object> {
  /** The column that is explained: numbers. */
  readonly response: Column<Row>;
  /**
   * What explains it, beside the intercept: columns of text are factors (the first level is the
   * reference, every other one gets a coefficient), columns of numbers enter as they are, `a:b` is an
   * interaction, which needs both its columns as terms of their own.
   */
  readonly terms: readonly Term<Row>[];
  /** The levels of a factor, the reference first; default: those found, sorted. */
  readonly levels?: { readonly [Name in Column<Row>]?: readonly string[] };
}

/** The columns of a model, by name as R writes them: `(Intercept)`, `session5`, `session5:readerR2`. */
export interface DesignMatrix {
  readonly names: readonly string[];
  /** [rows, columns], row-major. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** A formula with every level that it uses. */
export interface ModelTerms {
  /** As they were asked for, without the intercept. */
  readonly terms: readonly string[];
  /** Of each factor, the reference first. */
  readonly levels: Readonly<Record<string, readonly string[]>>;
}

/** Rows and formula, checked, as numbers. */
export interface ModelData {
  readonly design: DesignMatrix;
  readonly response: Float64Array;
  readonly model: ModelTerms;
}

type Cells = Readonly<Record<string, unknown>>;

/**
 * The response and the columns of a model.
 *
 * @throws RangeError listing everything that is wrong with the formula or the rows
 */
export function modelData<Row extends object>(
  caller: string,
  rows: readonly Row[],
  formula: ModelFormula<Row>,
): ModelData {
  const cells = rows as readonly Cells[];
  const { response, terms } = formula;
  if (cells.length === 0) throw new RangeError(`${caller}: rows must not be empty, got none`);
  const names = [...new Set(terms.flatMap((term) => term.split(':')))];
  const problems = [
    ...formulaProblems(terms, names),
    ...[response, ...names].flatMap((name) => columnProblems(cells, name, name === response)),
  ];
  const levels: Record<string, readonly string[]> = {};
  for (const name of names) {
    if (typeof cells[0]![name] !== 'string') continue;
    const given = (formula.levels as Record<string, readonly string[]> | undefined)?.[name];
    levels[name] = given ?? [...new Set(cells.map((row) => String(row[name])))].sort();
    problems.push(...levelProblems(cells, name, levels[name]));
  }
  if (problems.length > 0) throw new RangeError(`${caller}: ${problems.join('; ')}`);
  const model = { terms, levels };
  return {
    model,
    design: designMatrix(rows, model),
    response: Float64Array.from(cells, (row) => row[response] as number),
  };
}

/** The columns of checked rows under a resolved formula. */
export function designMatrix(rows: readonly object[], model: ModelTerms): DesignMatrix {
  const encoders = ['', ...byDegree(model.terms)].map((term) => termEncoder(term, model));
  const names = encoders.flatMap(({ names }) => names);
  const values = new Float64Array(rows.length * names.length);
  rows.forEach((row, i) => {
    values.set(
      encoders.flatMap(({ encode }) => encode(row as Cells)),
      i * names.length,
    );
  });
  return { names, values, rows: rows.length, columns: names.length };
}

/** Main effects before interactions. */
function byDegree(terms: readonly string[]): readonly string[] {
  const degree = (term: string): number => term.split(':').length;
  return [...terms].sort((a, b) => degree(a) - degree(b));
}

interface TermEncoder {
  readonly names: readonly string[];
  readonly encode: (row: Cells) => readonly number[];
}

/** The columns of a product of factors and numbers, the first one's levels turning fastest. */
function termEncoder(term: string, { levels }: ModelTerms): TermEncoder {
  if (term === '') return { names: ['(Intercept)'], encode: () => [1] };
  return term
    .split(':')
    .map((name): TermEncoder => {
      const [, ...others] = levels[name] ?? [];
      if (!levels[name]) return { names: [name], encode: (row) => [row[name] as number] };
      return {
        names: others.map((level) => `${name}${level}`),
        encode: (row) => others.map((level) => (row[name] === level ? 1 : 0)),
      };
    })
    .reduce((first, second) => ({
      names: second.names.flatMap((b) => first.names.map((a) => `${a}:${b}`)),
      encode: (row) => {
        const left = first.encode(row);
        return second.encode(row).flatMap((b) => left.map((a) => a * b));
      },
    }));
}

function formulaProblems(terms: readonly string[], names: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (new Set(terms).size < terms.length) problems.push(`terms must differ, got ${terms}`);
  for (const name of names) {
    if (!terms.includes(name)) problems.push(`terms must contain ${name} by itself, got ${terms}`);
  }
  return problems;
}

function columnProblems(rows: readonly Cells[], name: string, numeric: boolean): readonly string[] {
  const type = numeric ? 'number' : typeof rows[0]![name];
  const isGood = (value: unknown): boolean =>
    type === 'number' ? Number.isFinite(value) : typeof value === 'string';
  const bad = rows.findIndex((row) => !isGood(row[name]));
  if (bad < 0) return [];
  const kind = type === 'string' ? 'text' : 'finite numbers';
  return [`column ${name} must hold ${kind}, got ${String(rows[bad]![name])} in row ${bad + 1}`];
}

function levelProblems(
  rows: readonly Cells[],
  name: string,
  levels: readonly string[],
): readonly string[] {
  const found = new Set(rows.map((row) => String(row[name])));
  const unknown = [...found].filter((level) => !levels.includes(level));
  const absent = levels.filter((level) => !found.has(level));
  return [
    ...unknown.map((level) => `levels of ${name} must contain every value, got ${level} besides`),
    ...absent.map((level) => `levels of ${name} must occur in the rows, got ${level}`),
    ...(found.size < 2 ? [`factor ${name} must have at least two levels, got ${levels}`] : []),
  ];
}
