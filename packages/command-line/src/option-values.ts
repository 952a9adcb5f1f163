import { UsageError } from './usage-error.ts';

/** Least and greatest value, both included. */
export interface NumberRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * The number of an option, undefined where it was not given.
 *
 * @throws UsageError if it is no number of that range
 */
export function numberOption(
  name: string,
  value: string | undefined,
  range: NumberRange = {},
): number | undefined {
  const number = value === undefined ? undefined : numberIn(value, range);
  if (value === undefined || number !== undefined) return number;
  throw new UsageError(`--${name} must be a number${boundsText(range)}, got ${value}`);
}

/**
 * The whole number of an option, undefined where it was not given.
 *
 * @throws UsageError if it is no whole number of that range
 */
export function integerOption(
  name: string,
  value: string | undefined,
  range: NumberRange = {},
): number | undefined {
  const number = value === undefined ? undefined : numberIn(value, range);
  if (value === undefined || Number.isSafeInteger(number)) return number;
  throw new UsageError(`--${name} must be a whole number${boundsText(range)}, got ${value}`);
}

function numberIn(text: string, range: NumberRange): number | undefined {
  const { from = -Number.MAX_VALUE, to = Number.MAX_VALUE } = range;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return number >= from && number <= to ? number : undefined;
}

function boundsText({ from, to }: NumberRange): string {
  if (from !== undefined && to !== undefined) return ` in ${from}..${to}`;
  if (from !== undefined) return ` from ${from} on`;
  return to === undefined ? '' : ` up to ${to}`;
}

/**
 * The number of `--seed`, from 0 on; undefined where it was not given.
 *
 * @throws UsageError if it is no whole number that is exact
 */
export function seedOption(value: string): number;
export function seedOption(value: string | undefined): number | undefined;
export function seedOption(value: string | undefined): number | undefined {
  return integerOption('seed', value, { from: 0 });
}

/**
 * The value of an option that has few, undefined where it was not given.
 *
 * @throws UsageError if it is none of them
 */
export function choiceOption<Choice extends string>(
  name: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const chosen = choices.find((choice) => choice === value);
  if (value === undefined || chosen !== undefined) return chosen;
  throw new UsageError(`--${name} must be ${choices.join(' or ')}, got ${value}`);
}

/**
 * The value of an option that must be there.
 *
 * @param must - what is said where it is not, after `--name must `
 * @throws UsageError if it was not given, or is empty
 */
export function requiredOption(
  name: string,
  value: string | undefined,
  must: string = 'be given',
): string {
  if (value !== undefined && value !== '') return value;
  throw new UsageError(`--${name} must ${must}`);
}
