/** The part of JSON Schema (draft 2020-12) that this package's schemas use. */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/**
 * Everything in which a value breaks a schema, as sentences that start with the value's path.
 *
 * @param value parsed JSON
 * @param path what the value is called
 */
export function schemaProblems(
  value: unknown,
  schema: JsonSchema,
  path: string,
): readonly string[] {
  if (schema.enum !== undefined) {
    const isKnown = schema.enum.some((one) => one === value);
    return isKnown ? [] : [`${path} must be ${schema.enum.join(' or ')}, got ${shown(value)}`];
  }
  switch (schema.type) {
    case 'object':
      return isRecord(value)
        ? objectProblems(value, schema, path)
        : [`${path} must be an object, got ${shown(value)}`];
    case 'array':
      return Array.isArray(value)
        ? arrayProblems(value, schema, path)
        : [`${path} must be a list, got ${shown(value)}`];
    case 'string':
      return typeof value === 'string' && value.length >= (schema.minLength ?? 0)
        ? []
        : [`${path} must be a text that is not empty, got ${shown(value)}`];
    case 'number':
    case 'integer':
      return numberProblems(value, schema, path);
    case 'boolean':
      return typeof value === 'boolean'
        ? []
        : [`${path} must be true or false, got ${shown(value)}`];
    case undefined:
      return [];
    default:
      throw new RangeError(`schemaProblems: unknown type ${String(schema.type satisfies never)}`);
  }
}

function objectProblems(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties = true }: JsonSchema,
  path: string,
): readonly string[] {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const missing = required
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => `${at(key)} is missing`);
  const own = Object.entries(value).flatMap(([key, one]) => {
    if (Object.hasOwn(properties, key)) return schemaProblems(one, properties[key]!, at(key));
    if (additionalProperties === false) return [`${at(key)} is unknown`];
    return additionalProperties === true ? [] : schemaProblems(one, additionalProperties, at(key));
  });
  return [...missing, ...own];
}

function arrayProblems(
  value: readonly unknown[],
  { items = {}, minItems = 0, uniqueItems = false }: JsonSchema,
  path: string,
): readonly string[] {
  const problems = value.flatMap((one, i) => schemaProblems(one, items, `${path}[${i}]`));
  if (value.length < minItems) problems.push(`${path} must have at least ${minItems} entry`);
  if (uniqueItems && new Set(value).size < value.length) {
    problems.push(`${path} must have different entries, got ${shown(value)}`);
  }
  return problems;
}

function numberProblems(value: unknown, schema: JsonSchema, path: string): readonly string[] {
  const {
    minimum = Number.NEGATIVE_INFINITY,
    exclusiveMinimum = Number.NEGATIVE_INFINITY,
    exclusiveMaximum = Number.POSITIVE_INFINITY,
  } = schema;
  const isNumber =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (schema.type === 'number' || Number.isInteger(value));
  if (!isNumber) {
    const what = schema.type === 'number' ? 'a finite number' : 'a whole number';
    return [`${path} must be ${what}, got ${shown(value)}`];
  }
  const problems: string[] = [];
  if (value < minimum) problems.push(`${path} must be at least ${minimum}, got ${value}`);
  if (value <= exclusiveMinimum) {
    problems.push(`${path} must be above ${exclusiveMinimum}, got ${value}`);
  }
  if (value >= exclusiveMaximum) {
    problems.push(`${path} must be below ${exclusiveMaximum}, got ${value}`);
  }
  return problems;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

const MOST_SHOWN = 60;
