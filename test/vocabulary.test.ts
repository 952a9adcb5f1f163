import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MANIFEST_COLUMNS } from '../packages/mammo-io/src/manifest-row.ts';
import { UNUSED_WORDS, wordsOf } from './public-words.ts';

/** The sources of the packages, by path. */
const sources = readdirSync('packages').flatMap((name) =>
  readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const path = `packages/${name}/src/${file}`;
      return { path, text: readFileSync(path, 'utf8') };
    }),
);

test('options of commands and columns of manifests have the words of docs/vocabulary.md', () => {
  const commands = sources.filter(({ path }) => /\/src\/cli\//.test(path));
  const options = commands.flatMap(({ text }) =>
    [...text.matchAll(/--([a-z][a-z-]+)/g)].map(([, name = '']) => name),
  );
  expect(new Set(options).size).toBeGreaterThan(50);
  const names = [...new Set([...options, ...MANIFEST_COLUMNS])];
  expect(names.filter((name) => wordsOf(name).some((word) => UNUSED_WORDS.includes(word)))).toEqual(
    [],
  );
});

test('nothing is random that no seed names', () => {
  const unnamed = sources.filter(
    ({ text }) =>
      /\bMath\.random\(/.test(text) || /\btf\.(random(?!Uniform)\w*|truncatedNormal)\(/.test(text),
  );
  expect(unnamed.map(({ path }) => path)).toEqual([]);
  const uniform = sources.flatMap(({ text }) => text.match(/tf\.randomUniform\([^\n]*/g) ?? []);
  expect(uniform).toEqual(["tf.randomUniform(shape, 0, 1, 'float32', seed);"]);
});

test('every --seed is read in one way', () => {
  const takers = sources.filter(({ text }) => /^ {2}seed: \{ type: 'string' \}/m.test(text));
  expect(takers.length).toBeGreaterThan(3);
  expect(
    takers.filter(({ text }) => !text.includes('seedOption(')).map(({ path }) => path),
  ).toEqual([]);
});
