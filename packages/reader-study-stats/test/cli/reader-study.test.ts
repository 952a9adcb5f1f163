import { describe, expect, it } from 'vitest';
import { run, useTables } from './command-line.ts';

useTables();

describe('reader-study', () => {
  it('says what it can', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const name of ['analyze', 'validate', 'convert', 'plan', 'power']) {
      expect(help.out).toContain(name);
      const own = await run(name, '--help');
      expect(own.code).toBe(0);
      expect(own.out).toMatch(new RegExp(`^Usage: reader-study ${name} [\\s\\S]*Examples:\\n`));
    }
  });

  it('exits with 2 for wrong usage', async () => {
    for (const [args, message] of [
      [[], 'a command must be given'],
      [['analyse'], 'no command analyse'],
      [['analyze'], 'one file of reads must be given, got nothing'],
      [['analyze', 'a.csv', 'b.csv'], 'one file of reads must be given, got 2'],
      [['analyze', 'crossed.csv', '--what'], "Unknown option '--what'"],
      [['analyze', 'reads.xls'], '--format must be csv or imrmc or lrc'],
      [['analyze', 'crossed.csv', '--format', 'x'], '--format must be csv or imrmc or lrc, got x'],
      [['convert', 'crossed.csv'], '--out must name a file'],
      [['plan', 'cohort.csv'], '--seed must be given'],
      [['plan', 'cohort.csv', '--seed=-1'], '--seed must be a whole number from 0 on, got -1'],
      [['plan', 'c.csv', '--seed', '1', '--out', 'x', '--readers', '../x'], '--readers must be'],
      [['power', 'crossed.csv'], '--effect must be given'],
      [['power', 'crossed.csv', '--effect', '.1'], '--readers must be given'],
    ] as const) {
      const { code, err } = await run(...args);
      expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    }
  });
});
