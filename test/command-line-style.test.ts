import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ExitCode, Surroundings } from '../packages/command-line/src/index.ts';

type RunCommand = (args: readonly string[], surroundings: Surroundings) => Promise<ExitCode>;

/** Every program: `dist/cli.js` is built from `src/cli.ts`, which starts what `src/cli/run-command.ts` has. */
const programs = readdirSync('packages').flatMap((folder) => {
  const { bin = {} } = JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8')) as {
    readonly bin?: Readonly<Record<string, string>>;
  };
  return Object.entries(bin).map(([program, file]) => ({ program, folder, file }));
});

/** Works until it is stopped: there is no result. */
const WITHOUT_RESULT = ['mammo-jobs worker'];

async function say(folder: string, ...args: readonly string[]) {
  const { runCommand } = (await import(`../packages/${folder}/src/cli/run-command.ts`)) as {
    readonly runCommand: RunCommand;
  };
  let [out, err] = ['', ''];
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

describe.each(programs)('$program', ({ program, folder, file }) => {
  test('is built from src/cli.ts, which says its help as a process', () => {
    expect(file).toBe('./dist/cli.js');
    const from = ['--conditions=@mammo/source', '--import', 'tsx', `packages/${folder}/src/cli.ts`];
    const { status, stdout } = spawnSync(process.execPath, [...from, '--help'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(stdout).toMatch(new RegExp(`^Usage: ${program} COMMAND `));
    expect(status).toBe(0);
  });

  test('every command explains itself with examples, and gives its result as JSON', async () => {
    const { out } = await say(folder, '--help');
    const commands = [...out.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name = '']) => name);
    expect(commands.length).toBeGreaterThan(1);
    for (const command of commands) {
      const help = await say(folder, command, '--help');
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toMatch(new RegExp(`^Usage: ${program} ${command}\\b`));
      expect(help.out).toMatch(new RegExp(`\nExamples?:\n {2}(npx )?${program} ${command}\\b`));
      if (WITHOUT_RESULT.includes(`${program} ${command}`)) continue;
      expect(help.out, `${program} ${command} --json`).toMatch(/^ {2}--json {2,}\S/m);
    }
  });

  test('wrong usage ends with 2 and a sentence on standard error', async () => {
    for (const args of [[], ['no-such-command']]) {
      const { code, out, err } = await say(folder, ...args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(new RegExp(`^${program}: .+\n\nUsage: `));
    }
  });
});

test('no command reads its arguments or looks for Ctrl-C by itself', () => {
  for (const { folder } of programs) {
    const files = readdirSync(`packages/${folder}/src`, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /^cli\b.*\.ts$/.test(name))) {
      const text = readFileSync(`packages/${folder}/src/${file}`, 'utf8');
      expect(text, `${folder}/src/${file}`).not.toMatch(/\bparseArgs\(|process\.on\(|process\.std/);
    }
  }
});
