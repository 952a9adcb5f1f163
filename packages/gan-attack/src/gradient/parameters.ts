/** Each named number must be finite and above 0. */
export function checkPositive(attack: string, parameters: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`${attack}: ${name} must be a positive number, got ${value}`);
    }
  }
}

/** Each named number must be an integer from 1. */
export function checkInteger(attack: string, parameters: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`${attack}: ${name} must be a positive integer, got ${value}`);
    }
  }
}
