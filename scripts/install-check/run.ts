import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { checkPackage, ROOT } from './check-package.ts';
import { runIn } from './empty-project.ts';
import { nodeBinary } from './node-binary.ts';

/**
 * Packs every package that is published, and uses each tarball alone in an empty project, as a release would leave it:
 *
 *   npm run check:install -- [--nodes 20,22,24] [--no-pages] [PACKAGE...]
 *
 * The packages must be built. Default: this Node, with pages. Exit code 1 if something does not hold. As many are checked at once
 * as there are processors, each in a process of this script that is given the tarballs.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    nodes: { type: 'string', default: process.versions.node.split('.')[0]! },
    pages: { type: 'boolean', default: true },
    tarballs: { type: 'string' },
  },
});
const published = readdirSync(join(ROOT, 'packages')).filter((name) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'));
  return manifest.private !== true;
});
const cache = join(ROOT, 'node_modules/.cache/nodes');
const binaries = values.nodes.split(',').map((major) => nodeBinary(major, cache));
if (values.tarballs === undefined) await checkAll();
else await checkOne(positionals[0]!, new Map(JSON.parse(values.tarballs)));

async function checkAll(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tarballs-'));
  const waiting = positionals.length > 0 ? [...positionals] : [...published];
  try {
    const tarballs = JSON.stringify([...pack(folder)]);
    const check = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const args = [...process.execArgv, process.argv[1]!, '--tarballs', tarballs];
        const options = ['--nodes', values.nodes, values.pages ? '--pages' : '--no-pages'];
        const run = promisify(execFile)(process.execPath, [...args, ...options, name]);
        const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => {
          process.exitCode = 1;
          return error;
        });
        process.stderr.write(stderr);
        process.stdout.write(stdout);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, check));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function checkOne(name: string, tarballs: ReadonlyMap<string, string>): Promise<void> {
  const versions = binaries.map(
    (binary) => [runIn(ROOT, binary, ['--version']).trim().slice(1), binary] as const,
  );
  const startMs = performance.now();
  const options = { tarballs, nodes: new Map(versions), pages: values.pages };
  const found = await checkPackage(name, options).catch((error: Error) => {
    process.exitCode = 1;
    return [`FAILED: ${error.message}`];
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  process.stdout.write(`${name} (${seconds} s): ${found.join('; ')}\n`);
}

/** The tarballs that `npm publish` would send, by package. */
function pack(folder: string): ReadonlyMap<string, string> {
  const workspaces = published.map((name) => `--workspace=packages/${name}`);
  const packed = runIn(ROOT, 'npm', [
    ...['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    ...workspaces,
  ]);
  const entries = JSON.parse(packed) as { readonly name: string; readonly filename: string }[];
  return new Map(
    entries.map(({ name, filename }) => [
      name.slice('@mammo/'.length),
      join(folder, filename.replace(/^@/, '').replace('/', '-')),
    ]),
  );
}
