import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dataTable,
  figure,
  formatInterval,
  formatNumber,
  formatPercent,
  formatPValue,
  html,
  htmlText,
  page,
  textTable,
  trusted,
} from '../../src/report/index.ts';

describe('HTML', () => {
  it('escapes every value, but not fragments', () => {
    const bold = html`<b>${'<&>"\''}</b>`;
    expect(htmlText(bold)).toBe('<b>&lt;&amp;&gt;&quot;&#39;</b>');
    expect(htmlText(html`${[bold, '<']}${null}${undefined}${0}`)).toBe(`${htmlText(bold)}&lt;0`);
  });

  it('takes no data for a fragment', () => {
    const data = JSON.parse('{"html":"<script>","@mammo/reader-study-stats/html":"<script>"}');
    expect(htmlText(html`${data}`)).toBe('[object Object]');
  });

  it('pages fetch nothing and run nothing', () => {
    const text = page('A < B', html`<h1>${'A < B'}</h1>${trusted('<svg></svg>')}`);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).toContain('<title>A &lt; B</title>');
    expect(text).not.toMatch(/<script|<link|https?:|@import|url\(/);
    expect(page('', html``, { style: '</style><script>' })).not.toContain('</style><script>');
  });

  it('tables name their rows and columns, and scroll by keyboard', () => {
    const table = htmlText(
      dataTable({
        caption: 'Areas',
        columns: ['reader', 'AUC', { label: 'note', align: 'text' }],
        rows: [['R<1>', '0.8', '']],
      }),
    );
    expect(table).toContain('role="region" aria-label="Areas" tabindex="0"');
    expect(table).toContain(
      '<th scope="row" class="text">R&lt;1&gt;</th><td>0.8</td><td class="text"></td>',
    );
    expect(htmlText(dataTable({ columns: ['', 'n'], rows: [] }))).toContain(
      '<thead><tr><td></td><th scope="col">n</th></tr></thead>',
    );
    expect(() => dataTable({ columns: ['a'], rows: [['1', '2']] })).toThrow(
      new RangeError('dataTable: row 1 must have 1 cells, got 2'),
    );
  });

  it('figures carry their numbers', () => {
    const text = htmlText(
      figure({ svg: '<svg/>', caption: 'a', table: { columns: ['x'], rows: [['1']] } }),
    );
    expect(text).toContain('<svg/>');
    expect(text).toContain('<summary>Numbers</summary>');
  });
});

describe('text tables', () => {
  it('align numbers at the right, names at the left, wide characters by their width', () => {
    const columns = ['reader', { label: 'note', align: 'text' }, 'AUC'] as const;
    const rows = [
      ['読影', 'y', '1.0'],
      ['b', 'long', '10.0'],
    ];
    expect(textTable({ caption: 'Areas', columns, rows })).toBe(
      'Areas\nreader  note   AUC\n------  ----  ----\n読影    y      1.0\nb       long  10.0\n',
    );
  });

  it('have one line per row and cannot steer a terminal', () => {
    const cell = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
        const text = textTable({ columns: ['a', 'b'], rows });
        expect(text.split('\n')).toHaveLength(rows.length + 3);
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 50 },
    );
    expect(() => textTable({ columns: [], rows: [['x']] })).toThrow(
      'textTable: row 1 must have 0 cells, got 1',
    );
  });
});

describe('numbers', () => {
  it.each([
    [formatNumber(0.0004), '0.000'],
    [formatNumber(-0.0004), '0.000'],
    [formatNumber(-1.5, 1), '−1.5'],
    [formatNumber(null), '–'],
    [formatNumber(Number.NEGATIVE_INFINITY), '−∞'],
    [formatInterval(0.8124, { lower: 0.7651, upper: 0.859 }), '0.812 (0.765, 0.859)'],
    [formatInterval(0.8124, null, { digits: 2 }), '0.81'],
    [formatPValue(0.02346), '0.0235'],
    [formatPValue(Number.MIN_VALUE), '< 0.0001'],
    [formatPValue(0.99999), '> 0.9999'],
    [formatPValue(1), '1.0000'],
    [formatPValue(null), '–'],
    [formatPercent(0.845), '84.5 %'],
    [formatPercent(null), '–'],
  ])('%s is %s', (actual, expected) => {
    expect(actual).toBe(expected);
  });
});
