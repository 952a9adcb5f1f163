/** Says what a value must be, or nothing where it is. */
export type FieldCheck = (value: unknown) => string | undefined;

/** A record whose values are not yet known to be right. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * A check of one's own: `must ${what}, got …` where the value does not fit.
 *
 * @example
 * ```ts
 * const even = fieldMust('an even number', (value) => Number(value) % 2 === 0);
 * [even(2), even(3)]; // => [undefined, 'must be an even number, got 3']
 * ```
 */
export const fieldMust =
  (what: string, fits: (value: unknown) => boolean): FieldCheck =>
  (value) =>
    fits(value) ? undefined : `must be ${what}, got ${JSON.stringify(value) ?? 'nothing'}`;

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

/** The usual checks of JSON fields. */
export const FIELD: {
  readonly [name in
    | 'text'
    | 'texts'
    | 'count'
    | 'positive'
    | 'notNegative'
    | 'share'
    | 'finite'
    | 'flag'
    | 'sha256']: FieldCheck;
} & {
  /** Its JSON is that of the expected value. */
  exactly(expected: unknown): FieldCheck;
  /** One of some texts. */
  oneOf(...choices: readonly string[]): FieldCheck;
} = {
  text: fieldMust('words', isText),
  texts: fieldMust('a list of words', (value) => Array.isArray(value) && value.every(isText)),
  count: fieldMust(
    'a whole number from 0 on',
    (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  ),
  positive: fieldMust('a positive number', (value) => isNumber(value) && value > 0),
  notNegative: fieldMust('a number from 0 on', (value) => isNumber(value) && value >= 0),
  share: fieldMust('in [0, 1]', (value) => isNumber(value) && value >= 0 && value <= 1),
  finite: fieldMust('a number', isNumber),
  flag: fieldMust('true or false', (value) => typeof value === 'boolean'),
  sha256: fieldMust('64 hexadecimal digits', (value) => /^[0-9a-f]{64}$/.test(String(value))),
  exactly: (expected) =>
    fieldMust(
      JSON.stringify(expected),
      (value) => JSON.stringify(value) === JSON.stringify(expected),
    ),
  oneOf: (...choices) =>
    fieldMust(choices.join(' or '), (value) => choices.includes(value as string)),
};

/**
 * Whether a value is a record: an object, and no array.
 *
 * @example
 * ```ts
 * [isFields({}), isFields([])]; // => [true, false]
 * ```
 */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Everything that is wrong with a record's fields, each problem with the path of its value.
 *
 * @param checks - by the names of the fields; a record of checks is for an object in the object
 * @param path - what stands before the names, for example `input.`
 * @example
 * ```ts
 * fieldProblems({ name: '', input: { height: -1 } }, { name: FIELD.text, input: { height: FIELD.count } });
 * // => ['name must be words, got ""', 'input.height must be a whole number from 0 on, got -1']
 * ```
 */
export function fieldProblems(
  record: Fields,
  checks: Readonly<Record<string, FieldCheck | Readonly<Record<string, FieldCheck>>>>,
  path = '',
): string[] {
  return Object.entries(checks).flatMap(([name, check]) => {
    const value = record[name];
    if (typeof check === 'function') {
      const problem = check(value);
      return problem === undefined ? [] : [`${path}${name} ${problem}`];
    }
    return isFields(value)
      ? fieldProblems(value, check, `${path}${name}.`)
      : [`${path}${name} must be an object, got ${JSON.stringify(value) ?? 'nothing'}`];
  });
}
