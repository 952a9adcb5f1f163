import type { DetectorState } from './detector.ts';

/** What a state is checked against. */
interface Expected {
  readonly kind: string;
  readonly settings: DetectorState['settings'];
  problems(learned: unknown): readonly string[];
}

/** Everything that keeps a detector from loading a state. */
export function stateProblems(state: unknown, expected: Expected): readonly string[] {
  if (!isObject(state)) return [`the state must be an object, got ${shown(state)}`];
  const wrong: string[] = [];
  if (state.schema !== 'detector/1') {
    wrong.push(`schema must be detector/1, got ${shown(state.schema)}`);
  }
  if (state.kind !== expected.kind) {
    wrong.push(`kind must be ${expected.kind}, got ${shown(state.kind)}`);
  }
  if (wrong.length > 0) return wrong;
  return [
    ...settingProblems(state.settings, expected.settings),
    ...fitProblems(state.fit),
    ...patientProblems(state.patientIds),
    ...expected.problems(state.learned),
  ];
}

/** Whether a value has named properties. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What keeps a value from being finite numbers, `length` of them if that is given. */
export function numberProblems(
  name: string,
  value: unknown,
  length: number | null = null,
): readonly string[] {
  if (!Array.isArray(value)) return [`${name} must be an array of numbers, got ${shown(value)}`];
  if (length !== null && value.length !== length) {
    return [`${name} must have ${length} numbers, got ${value.length}`];
  }
  const wrong = value.findIndex((entry) => !Number.isFinite(entry));
  return wrong < 0 ? [] : [`${name} must be finite, got ${shown(value[wrong])} at ${wrong}`];
}

/** A value for a message, cut short. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function settingProblems(
  settings: unknown,
  expected: DetectorState['settings'],
): readonly string[] {
  if (!isObject(settings)) return [`settings must be an object, got ${shown(settings)}`];
  const names = new Set([...Object.keys(expected), ...Object.keys(settings)]);
  return [...names]
    .filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(expected[name]))
    .map(
      (name) =>
        `settings.${name} must be that of this detector, ${shown(expected[name])}, got ${shown(settings[name])}`,
    );
}

function fitProblems(fit: unknown): readonly string[] {
  const { status, n, warnings } = isObject(fit) ? fit : {};
  const counts = isObject(n) ? [n.real, n.fake, n.patients] : [null];
  const good =
    (status === 'ok' || status === 'few-samples') &&
    counts.every((count) => Number.isInteger(count) && Number(count) >= 0) &&
    Array.isArray(warnings) &&
    warnings.every((warning) => typeof warning === 'string');
  return good ? [] : [`fit must have status, n and warnings, got ${shown(fit)}`];
}

function patientProblems(ids: unknown): readonly string[] {
  const good = Array.isArray(ids) && ids.every((id) => typeof id === 'string' && id !== '');
  return good ? [] : [`patientIds must be an array of names, got ${shown(ids)}`];
}
