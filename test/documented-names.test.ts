import { ReflectionKind } from 'typedoc';
import { expect, test } from 'vitest';
import { readPublicNames } from '../scripts/documented-entries.ts';

const EXPORTED =
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable;

test('every public name has a doc comment', async () => {
  const { project } = await readPublicNames();
  const names = project.getReflectionsByKind(EXPORTED).filter(({ parent }) => {
    return parent?.kindOf(ReflectionKind.Module) === true;
  });
  const bare = names.filter((name) => {
    const signatures = 'signatures' in name ? (name.signatures as { hasComment(): boolean }[]) : [];
    return !name.hasComment() && !signatures?.some((signature) => signature.hasComment());
  });
  expect(names.length).toBeGreaterThan(500);
  expect(bare.map((name) => name.getFullName())).toEqual([]);
});
