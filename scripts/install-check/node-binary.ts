import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runIn } from './empty-project.ts';

/**
 * The program of a major version of Node: this one, or that of npm's package `node-PLATFORM-ARCHITECTURE`, kept in a folder.
 *
 * @param major - `'22'`
 */
export function nodeBinary(major: string, folder: string): string {
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const home = join(folder, major);
  const binary = join(home, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "private": true }');
    runIn(home, 'npm', ['install', '--no-audit', '--no-fund', `${name}@${major}`]);
  }
  return binary;
}
