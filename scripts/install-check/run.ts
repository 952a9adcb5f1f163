import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPackage, ROOT } from './check-package.ts';
import { runIn } from './empty-project.ts';
import { nodeBinary } from './node-binary.ts';

/**
 * Packs every package that is published, and uses each tarball alone in an empty project, as a release would leave it:
 *
 *   npm run check:install -- [--nodes 20,22,24] [--no-pages] [PACKAGE...]
 *
 * The packages must be built. Default: this Node, with pages. Exit code 1 if something does not hold.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    nodes: { type: 'string', default: process.versions.node.split('.')[0]! },
    pages: { type: 'boolean', default: true },
  },
});
const published = readdirSync(join(ROOT, 'packages')).filter((name) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'));
  return manifest.private !== true;
});
const folder = mkdtempSync(join(tmpdir(), 'tarballs-'));
let failed = 0;
try {
  const tarballs = pack();
  const cache = join(ROOT, 'node_modules/.cache/nodes');
  const versions = values.nodes.split(',').map((major) => {
    const binary = nodeBinary(major, cache);
    return [runIn(ROOT, binary, ['--version']).trim().slice(1), binary] as const;
  });
  const options = { tarballs, nodes: new Map(versions), pages: values.pages };
  for (const name of positionals.length > 0 ? positionals : published) {
    const startMs = performance.now();
    const found = await checkPackage(name, options).catch((error: Error) => {
      failed++;
      return [`FAILED: ${error.message}`];
    });
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    process.stdout.write(`${name} (${seconds} s): ${found.join('; ')}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = failed > 0 ? 1 : 0;

/** The tarballs that `npm publish` would send, by package. */
function pack(): ReadonlyMap<string, string> {
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
