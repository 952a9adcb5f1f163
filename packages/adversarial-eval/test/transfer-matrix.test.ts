import { describe, expect, it } from 'vitest';
import { transferMatrix } from '../src/transfer-matrix.ts';
import { pair } from './pairs.ts';

const at = (craftedOn: string, victimId: string) => ({ craftedOn, victimId });

/** Made on A, it fools A with 2 of 3; B had 3 right, is fooled by 1, which fooled A too. */
const records = [
  pair('1', 'positive', [0.9, 0.1], at('A', 'A')),
  pair('2', 'positive', [0.9, 0.1], at('A', 'A')),
  pair('3', 'negative', [0.1, 0.2], at('A', 'A')),
  pair('4', 'negative', [0.7, 0.9], at('A', 'A')),
  pair('1', 'positive', [0.8, 0.3], at('A', 'B')),
  pair('2', 'positive', [0.8, 0.6], at('A', 'B')),
  pair('3', 'negative', [0.3, 0.4], at('A', 'B')),
  pair('4', 'negative', [0.9, 0.9], at('A', 'B')),
  pair('1', 'positive', [0.8, 0.3], at('B', 'B')),
];

describe('transferMatrix', () => {
  const matrix = transferMatrix(records);

  it('has a cell per model attacked and model scored that occur', () => {
    expect(matrix.craftedOn).toEqual(['A', 'B']);
    expect(matrix.victims).toEqual(['A', 'B']);
    expect(matrix.cells.map(({ craftedOn, victimId }) => craftedOn + victimId)).toEqual([
      'AA',
      'AB',
      'BB',
    ]);
    expect(matrix.cells[0]?.fooled.both).toMatchObject({ k: 2, n: 3 });
    expect(matrix.cells[1]?.fooled.both).toMatchObject({ k: 1, n: 3 });
    expect(matrix.cells[2]?.fooled.insert.status).toBe('empty');
  });

  it('counts what carries over of the fakes that worked at home', () => {
    expect(matrix.cells[0]?.transferred).toMatchObject({ k: 2, n: 2 });
    expect(matrix.cells[1]?.transferred).toMatchObject({ k: 1, n: 2, rate: 0.5 });
  });

  it('has a threshold for each victim', () => {
    const strict = transferMatrix(records, { thresholds: { A: 0.5, B: 0.7 } });
    expect(strict.cells[1]?.fooled.remove).toMatchObject({ k: 2, n: 2 });
    expect(strict.thresholds).toEqual({ A: 0.5, B: 0.7 });
  });

  it('lists all problems', () => {
    const bad = [...records, records[0]!, pair('1', 'negative', [0.9, 0.1], { craftedOn: 'C' })];
    expect(() => transferMatrix(bad, { thresholds: { A: 0.5 } })).toThrow(
      [
        'transferMatrix: 8 problems',
        'row 10 (1): craftedOn, victimId, caseId are already in row 1',
        'row 11 (1): label must be that of the same image before, positive, got negative',
        'row 5 (1): thresholds must have a number for victim B, got undefined',
      ].join('\n  '),
    );
    expect(() => transferMatrix(bad)).toThrow('row 11 (1): victimId must not be empty');
  });
});
