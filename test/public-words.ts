import { readFileSync } from 'node:fs';
import { type ProjectReflection, ReflectionKind } from 'typedoc';

const PAGE = readFileSync('docs/vocabulary.md', 'utf8');

const NAMED =
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable |
  ReflectionKind.Property |
  ReflectionKind.Method |
  ReflectionKind.Parameter;

/** The rows of the table below a heading, as cells. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const [, below = ''] = PAGE.split(new RegExp(`^#+ ${heading}$`, 'm'));
  const [, rows = ''] = below.split(/^\|[-|]+\|$/m);
  return rows
    .split('\n\n')[0]!
    .trim()
    .split('\n')
    .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | ?\|$/g, '')));
}

function inBackticks(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

/** The words that the page of the vocabulary rules out. */
export const UNUSED_WORDS: readonly string[] = tableBelow('Words').flatMap((cells) =>
  inBackticks(cells[2] ?? ''),
);

/** Names that keep one of them: a name, or a name with the one before it. */
const FOREIGN_NAMES: readonly string[] = tableBelow('Foreign words').flatMap((cells) =>
  inBackticks(cells[0] ?? ''),
);

/** The words of a name: `readerStudy`, `reader-study` and `reader_study` have two. */
export function wordsOf(name: string): readonly string[] {
  return (name.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
}

/** The public names, fields and parameters with a word that is not used; and foreign names that no longer are there. */
export function wordProblems(project: ProjectReflection): readonly string[] {
  const names = project
    .getReflectionsByKind(NAMED)
    .filter(({ name }) => wordsOf(name).some((word) => UNUSED_WORDS.includes(word)))
    .map((reflection) =>
      reflection
        .getFullName()
        .replace(/\.__type/g, '')
        .split('.'),
    );
  const isForeign = (name: readonly string[], foreign: string): boolean =>
    [name.slice(-1), name.slice(-2)].some((end) => end.join('.') === foreign);
  return [
    ...names
      .filter((name) => !FOREIGN_NAMES.some((foreign) => isForeign(name, foreign)))
      .map((name) => name.join('.')),
    ...FOREIGN_NAMES.filter((foreign) => !names.some((name) => isForeign(name, foreign))),
  ];
}

/** The fields and parameters called `seed`, and what is wrong with them. */
export function seedProblems(project: ProjectReflection): readonly string[] {
  const seeds = project
    .getReflectionsByKind(ReflectionKind.Property | ReflectionKind.Parameter)
    .filter(({ name }) => name === 'seed');
  const [, section = ''] = PAGE.split(/^## Seeds$/m);
  const named = inBackticks(section);
  return seeds.flatMap((seed) => {
    const path = seed
      .getFullName()
      .replace(/\.__type/g, '')
      .split('.');
    const owner = path.find((part) => /^[A-Z]/.test(part)) ?? path[1] ?? '';
    const isPositional = seed.kindOf(ReflectionKind.Parameter) && owner !== 'randomStream';
    const type = String((seed as { readonly type?: unknown }).type);
    const mayBeLeftOut = seed.flags.isOptional && owner !== 'MeasureAttackOptions';
    return [
      ...(isPositional && type === 'number' ? [`${path.join('.')} is no field of options`] : []),
      ...(!isPositional && type !== 'number' ? [`${path.join('.')} is no number`] : []),
      ...(mayBeLeftOut ? [`${path.join('.')} may be left out`] : []),
      ...(named.includes(owner) ? [] : [`${owner} is not on the page of seeds`]),
    ];
  });
}
