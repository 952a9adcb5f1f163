import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const PAGE = 'docs/reproduce.md';
const rows = readFileSync(PAGE, 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, paper, , name]) => paper !== undefined && name?.startsWith('`'))
  .map(([, paper, , name = '', ...files]) => ({ paper, name: name.replaceAll('`', ''), files }));

const textOf = (cell: string): string => {
  const [, link = ''] = /\]\((.+?)\)/.exec(cell) ?? [];
  const file = resolve('docs', link);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

describe('the map of the paper', () => {
  test('has every equation, table and figure', () => {
    const papers = rows.map(({ paper }) => paper).join(' ');
    for (const equation of [1, 2, 3, 4, 5, 6, 7, 8]) expect(papers).toContain(`(${equation})`);
    for (const table of [1, 2, 3, 4]) expect(papers).toContain(`Table ${table}`);
    for (const figure of ['Fig. 1, 2', 'Fig. 3a', 'Fig. 3b']) expect(papers).toContain(figure);
  });

  test.each(rows)('$paper: $name is in its file, and its test names it', ({ name, files }) => {
    const [source = '', checked = ''] = files;
    expect(textOf(source)).toMatch(new RegExp(`export (async )?(function|const) ${name}\\b`));
    expect(textOf(checked)).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
