const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a text writes in decimal digits; NaN for anything else, hexadecimal and "NA" too. */
export function parseDecimal(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

/** The shortest text that {@link parseDecimal} reads as exactly this number. */
export function formatDecimal(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
