import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLrc } from '../../src/formats/parse-lrc.ts';
import { parseRows } from '../../src/formats/rows-csv.ts';
import { CODING, COLUMNS, folder, get, put, run, useTables } from './command-line.ts';

useTables();

describe('validate', () => {
  it('lists the problems of table and study, once each', async () => {
    put('plain.json', JSON.stringify(CODING));
    put('v.csv', 'reader,case,modality,truth,rating\nr1,c1,A,1,x\nr1,c1,A,0,1\nr1,c1,A,0,2\n');
    const { code, out } = await run('validate', 'v.csv', '--config', 'plain.json', '--json');
    expect(code).toBe(1);
    const messages = JSON.parse(out).problems.map(
      ({ row, message }: { row: number; message: string }) => `${row}: ${message}`,
    );
    expect(messages).toContain('2: rating must be a finite number, got "x"');
    expect(messages.filter((message: string) => message.startsWith('2:')).length).toBe(1);
    expect(messages).toContain('4: the read of reader, test, case r1, A, c1 is already in row 2');
  });

  it('says how much it checked', async () => {
    const { code, out } = await run('validate', 'crossed.csv', '--config', 'study.json');
    expect([code, out]).toEqual([0, expect.stringMatching(/reads, 0 problems, 0 warnings\n$/)]);
    put('some.csv', 'reader,case,modality,truth,rating,x\nr1,c1,A,1,1,\n');
    const { out: bare } = await run('validate', 'some.csv');
    expect(bare).toContain('1 read, 0 problems, 2 warnings');
    put('a.json', '{"analysis":"answers","unsure":{"policy":"half"}}');
    expect((await run('validate', 'answers.csv', '--config', 'a.json')).code).toBe(0);
    expect((await run('validate', 'some.csv', '--config', 'a.json')).code).toBe(1);
  });
});

describe('convert', () => {
  it('keeps the study through all formats', async () => {
    const F = async (file: string, ...more: string[]) => {
      const { out } = await run('analyze', file, ...more, '--json');
      return JSON.parse(out).equality.statistic;
    };
    const expected = await F('crossed.csv', '--config', 'study.json');
    await run('convert', 'crossed.csv', '--config', 'study.json', '--out', 'c.imrmc');
    await run('convert', 'c.imrmc', '--out', 'c.lrc');
    await run('convert', 'c.lrc', '--out', 'c.csv');
    put('plain.json', JSON.stringify(CODING));
    expect(await F('c.imrmc')).toBeCloseTo(expected, 10);
    expect(await F('c.lrc')).toBeCloseTo(expected, 10);
    expect(await F('c.csv', '--config', 'plain.json')).toBeCloseTo(expected, 10);
    expect(parseRows(get('c.csv')).rows.length).toBe(parseLrc(get('c.lrc')).rows.length);
  });

  it('guards formulas only where told', async () => {
    put('f.csv', 'reader,case,modality,truth,rating\n=r,c,A,1,-1\n');
    await run('convert', 'f.csv', '--out', 'g.csv');
    expect(get('g.csv')).toContain('\n=r,c,A,1,-1\n');
    await run('convert', 'f.csv', '--out', 'g.csv', '--guard-formulas');
    expect(get('g.csv')).toContain("\n'=r,c,A,1,-1\n");
  });

  it('refuses what the other format cannot hold', async () => {
    put('lower.json', JSON.stringify({ ...CODING, ...COLUMNS, direction: 'lower' }));
    const { code, err } = await run(
      'convert',
      'crossed.csv',
      '--config',
      'lower.json',
      '--out',
      'x.imrmc',
    );
    expect([code, err]).toEqual([1, expect.stringContaining('higher means positive, got lower')]);
    expect(readdirSync(folder)).not.toContain('x.imrmc');
  });
});
