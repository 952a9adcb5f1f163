import { describe, expect, it } from 'vitest';
import { at, get, put, run, useTables } from './command-line.ts';

useTables();

describe('plan', () => {
  it('writes the plan, and for each reader lists without the truth', async () => {
    const rows = ['training', 'validation', 'test'].flatMap((split) =>
      Array.from({ length: 60 }, (_, i) => {
        const label = i < 20 ? 'positive' : 'negative';
        return `${split}-${i},${split}-p${i},${label},${split},fake-of-${split}-${i}\n`;
      }),
    );
    put('cohort.csv', `case,patient,label,split,fake\n${rows.join('')}`);
    const { code, out } = await run(
      'plan',
      'cohort.csv',
      '--readers',
      'R1,R2',
      '--seed',
      '7',
      '--out',
      at('out'),
    );
    expect(code).toBe(0);
    expect(out).toContain('education');
    const plan = JSON.parse(get('out/plan.json'));
    const list = get('out/R2/session-3.csv').trim().split('\n');
    expect(list[0]).toBe('order,image');
    expect(list.length - 1).toBe(plan.sessions[2].images.length);
    expect(get('out/R1/session-4.csv')).toMatch(/^order,real,fake\n/);
    put('cohort.csv', 'case,patient,label,split,fake\n,p,odd,test,\n');
    expect(
      (await run('plan', 'cohort.csv', '--readers', 'R', '--seed', '1', '--out', 'o')).err,
    ).toBe(
      'reader-study plan: cohort: 2 problems\n' +
        '  row 2: case and patient must not be empty\n' +
        '  row 2: label must be positive or negative, got odd\n',
    );
    put('cohort.csv', 'case\n');
    expect(
      (await run('plan', 'cohort.csv', '--readers', 'R', '--seed', '1', '--out', 'o')).err,
    ).toContain('column patient is missing');
  });
});

describe('power', () => {
  it('takes components or a pilot', async () => {
    const pilot = {
      testByReader: 2e-4,
      error: 8e-4,
      cov1: 3.5e-4,
      cov2: 3.4e-4,
      cov3: 2.4e-4,
      cases: 114,
    };
    put('pilot.json', JSON.stringify(pilot));
    const args = ['power', 'pilot.json', '--effect', '0.05', '--readers', '6'];
    const { out } = await run(...args, '--cases', '250', '--json');
    expect(JSON.parse(out).results[0].power).toBeCloseTo(0.9, 2);
    expect((await run(...args)).out).toContain('readers');
    const few = await run('power', 'pilot.json', '--effect', '0.01', '--readers', '3');
    expect(few.out).toContain('none is enough');
    const own = await run(
      'power',
      'crossed.csv',
      '--config',
      'study.json',
      '--effect',
      '.1',
      '--readers',
      '5',
    );
    expect(own.code).toBe(0);
    put('pilot.json', '{"error":"x"}');
    expect((await run(...args)).err).toContain('6 problems');
    put('pilot.json', '{');
    expect((await run(...args)).err).toContain('must be JSON');
    expect((await run(...args, '--cases', '9', '--power', '.8')).code).toBe(2);
  });
});
