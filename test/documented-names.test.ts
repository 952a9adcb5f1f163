import { type DeclarationReflection, type ProjectReflection, ReflectionKind } from 'typedoc';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPublicNames } from '../scripts/documented-entries.ts';
import { seedProblems, UNUSED_WORDS, wordProblems } from './public-words.ts';

const EXPORTED =
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable;

/** What every statistical test gives: reader-study-stats/src/test-result.ts. */
const RESULT = [
  ...['status', 'estimate', 'se', 'df', 'statistic', 'dist', 'pValue', 'alternative', 'ci'],
  ...['warnings', 'method', 'references'],
];
/** A p-value within a larger result, or the paper's own test as the paper has it. */
const PARTS = /\b(FigureEstimate|SubgroupTestResult|TimeRatio|SessionEffect)\b/;

describe('public names', () => {
  let project: ProjectReflection;
  const warnings: string[] = [];
  beforeAll(async () => {
    const read = await readPublicNames();
    project = read.project;
    read.typedoc.logger.warn = (message: string) => {
      warnings.push(message);
    };
    read.typedoc.validate(project);
  }, 120_000);

  test('each has a doc comment', () => {
    const names = project.getReflectionsByKind(EXPORTED).filter(({ parent }) => {
      return parent?.kindOf(ReflectionKind.Module) === true;
    });
    const bare = names.filter((name) => {
      const signatures =
        'signatures' in name ? (name.signatures as { hasComment(): boolean }[]) : [];
      return !name.hasComment() && !signatures?.some((signature) => signature.hasComment());
    });
    expect(names.length).toBeGreaterThan(500);
    expect(bare.map((name) => name.getFullName())).toEqual([]);
  });

  test('every result with a p-value has the one shape of a statistic', () => {
    const kinds = ReflectionKind.Interface | ReflectionKind.TypeLiteral;
    const results = project
      .getReflectionsByKind(kinds | ReflectionKind.TypeAlias)
      .map((result) => ({
        name: result.getFullName(),
        fields: ((result as DeclarationReflection).children ?? []).map(({ name }) => name),
      }))
      .filter(({ name, fields }) => fields.includes('pValue') && !PARTS.test(name));
    expect(results.length).toBeGreaterThan(10);
    for (const { name, fields } of results) {
      expect(fields, name).toEqual(expect.arrayContaining(RESULT));
    }
  });

  test('have one word for one thing: docs/vocabulary.md', () => {
    expect(UNUSED_WORDS.length).toBeGreaterThan(20);
    expect(wordProblems(project)).toEqual([]);
  });

  test('a seed is a number that is asked for by name, and on the page of seeds', () => {
    expect(seedProblems(project)).toEqual([]);
  });

  test('each field has a doc comment, and no link and no parameter of a comment leads nowhere', () => {
    expect(warnings).toEqual([]);
  });
});
