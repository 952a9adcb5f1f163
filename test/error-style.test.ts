import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Reasons that stand in a longer message, after the name of the function that gives it. */
const REASONS = [
  'a thread ended with code',
  'its library is not installed',
  'TensorFlow sees no CUDA device',
  'no WebGPU adapter on this machine',
  'the only WebGPU adapter here is software',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text as it stands in the source
  '${dtype} elements must be exact in float32',
  'BOOL elements must be 0 or 1',
];

const NAME = /^(\$\{[^}]*\}( \$\{[^}]*\})?|[A-Za-z][A-Za-z0-9.,' -]*(\$\{[^}]*\})?):/;

test('every error of a library begins with who says it: `function: what must hold, got value`', () => {
  const files = readdirSync('packages').flatMap((name) =>
    readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/^cli\b/.test(file) && name !== 'command-line')
      .map((file) => `packages/${name}/src/${file}`),
  );
  const messages = files.flatMap((file) => {
    const thrown = readFileSync(file, 'utf8').matchAll(
      /new (?:RangeError|TypeError|Error)\(\s*([`'"])((?:(?!\1)[\s\S])*)/g,
    );
    return [...thrown].map(([, , text = '']) => ({ file, text }));
  });
  expect(messages.length).toBeGreaterThan(400);
  const nameless = messages.filter(
    ({ text }) => !NAME.test(text) && !REASONS.some((reason) => text.startsWith(reason)),
  );
  expect(nameless).toEqual([]);
});
