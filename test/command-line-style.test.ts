import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Sources of every command: `dist/cli.js` is built from `src/cli.ts`. */
const commands = readdirSync('packages').flatMap((name) => {
  const { bin = {} } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as {
    readonly bin?: Readonly<Record<string, string>>;
  };
  return Object.entries(bin).map(([command, file]) => ({
    command,
    source: `packages/${name}/${file.replace('./dist', 'src').replace('.js', '.ts')}`,
  }));
});

function run(source: string, args: readonly string[]) {
  const from = ['--conditions=@mammo/source', '--import', 'tsx', source];
  return spawnSync(process.execPath, [...from, ...args], { encoding: 'utf8', timeout: 60_000 });
}

describe.each(commands)('$command', ({ source }) => {
  test('--help explains itself on standard output and ends with 0', () => {
    const { status, stdout } = run(source, ['--help']);
    expect(stdout).toMatch(/^Usage: /);
    expect(status).toBe(0);
  });

  test('wrong usage ends with 2, a sentence on standard error and no stack', () => {
    const { status, stdout, stderr } = run(source, ['no-such-command']);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
