import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A project outside of the workspace, in which a package's tarball is used as strangers use it, on one Node. */
export interface EmptyProject {
  readonly folder: string;
  /** Installs packages and tarballs, by the npm of this process on the project's Node. */
  readonly install: (names: readonly string[]) => void;
  /** Runs a program to its end, in the project; what it printed goes to standard error if it fails. */
  readonly run: (command: string, args: readonly string[]) => string;
  /** Writes a program into the project and runs it in Node; returns what it printed. */
  readonly node: (name: string, program: string) => string;
  /** Runs a command that an installed package has. */
  readonly command: (name: string, args: readonly string[]) => string;
  readonly remove: () => void;
}

/** Makes a folder with an empty project; the caller removes it. */
export function emptyProject(nodeBinary: string): EmptyProject {
  const folder = mkdtempSync(join(tmpdir(), 'installed-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const run: EmptyProject['run'] = (command, args) => runIn(folder, command, args);
  return {
    folder,
    run,
    install: (names) => {
      const npm = process.env.npm_execpath;
      const options = [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefer-offline',
      ];
      if (npm === undefined) run('npm', [...options, ...names]);
      else run(nodeBinary, [npm, ...options, ...names]);
    },
    node: (name, program) => {
      writeFileSync(join(folder, name), program);
      return run(nodeBinary, [name]).trim();
    },
    command: (name, args) =>
      run(nodeBinary, [realpathSync(join(folder, 'node_modules/.bin', name)), ...args]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a program to its end in a folder; what it printed goes to standard error if it fails. */
export function runIn(folder: string, command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 300_000,
      maxBuffer: 2 ** 28,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    process.stderr.write(`${command} ${args.slice(0, 4).join(' ')}:\n${stdout}${stderr}\n`);
    throw error;
  }
}
