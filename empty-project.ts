import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A project outside of the workspace, in which the packages' install checks use their tarballs as strangers do. */
export interface EmptyProject {
  readonly folder: string;
  /** Runs a program to its end, in the project unless told otherwise; what it printed goes to standard error if it fails. */
  readonly run: (command: string, args: readonly string[], folder?: string) => string;
  /** Writes a program into the project and runs it in Node; returns what it printed. */
  readonly node: (name: string, program: string) => string;
  /**
   * The text that a script leaves in the body of a page in headless Chromium. CHROMIUM names the browser; without one the
   * page is left out, which is said, and the text is undefined.
   */
  readonly page: (script: string) => string | undefined;
}

/** Makes a folder for an empty project; the caller removes it. */
export function emptyProject(): EmptyProject {
  const folder = mkdtempSync(join(tmpdir(), 'installed-'));
  const run: EmptyProject['run'] = (command, args, cwd = folder) => {
    try {
      return execFileSync(command, args, {
        cwd,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 300_000,
      });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      process.stderr.write(`${command} ${args.slice(0, 3).join(' ')}:\n${stdout}${stderr}\n`);
      throw error;
    }
  };
  const node: EmptyProject['node'] = (name, program) => {
    writeFileSync(join(folder, name), program);
    return run(process.execPath, [name]).trim();
  };
  const page: EmptyProject['page'] = (script) => {
    const file = join(folder, 'page.html');
    const inline = script.replaceAll('</script', '<\\/script');
    writeFileSync(
      file,
      `<!doctype html><meta charset="utf-8"><body></body><script type="module">${inline}</script>`,
    );
    const browser = process.env.CHROMIUM ?? 'chromium';
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=20000'];
    try {
      const dom = run(browser, [...options, '--dump-dom', `file://${file}`]);
      return /<body>(.*?)<\/body>/s.exec(dom)?.[1]?.trim() ?? dom.slice(0, 500);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      say(`page: left out, there is no ${browser}`);
      return undefined;
    }
  };
  return { folder, run, node, page };
}

/** @throws Error if the two texts differ */
export function expectSame(what: string, got: string, expected: string): void {
  if (got !== expected) {
    throw new Error(`${what}: must give ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`);
  }
  say(`${what}: as expected`);
}

/** Prints a line. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
