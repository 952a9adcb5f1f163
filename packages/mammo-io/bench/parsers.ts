import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { openDicom } from '../src/index.ts';
import { readGoldens, readShared, skipReason } from '../test/shared-data.ts';
import { defectiveFiles } from './defective-files.ts';
import { type ParsedFile, type Parser, parsersOf } from './parser-peers.ts';

/**
 * Reads every file of the shared data, and small files with one defect each, by dicom-parser, dcmjs and this package, and
 * compares what they find: size, bits, frames, and the bytes of every frame.
 *
 *   npm run bench:parsers -w packages/mammo-io -- [--rounds 9]
 *
 * The two are no dependencies: they are installed into a temporary folder, by name and version.
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' } },
});
const PEERS = ['dicom-parser@1.8.21', 'dcmjs@0.50.3'];

interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Outcome {
  readonly name: string;
  /** Nothing where a parser finds what this package finds. */
  readonly difference: string | undefined;
}

function sharedFiles(): readonly TestFile[] {
  const { data } = readGoldens<{ data: Record<string, object> }>('goldens/decode.json');
  return Object.keys(data).map((name) => ({ name, bytes: Uint8Array.from(readShared(name)) }));
}

async function outcome(parser: Parser, own: Parser, { name, bytes }: TestFile): Promise<Outcome> {
  const [found, expected] = [await attempt(parser, bytes), await attempt(own, bytes)];
  if (typeof expected === 'string') {
    // Which transfer syntaxes are decoded is no matter of parsing.
    const noticed = typeof found === 'string' || expected.endsWith('is not supported');
    return { name, difference: noticed ? undefined : `not noticed: ${expected}` };
  }
  if (typeof found === 'string') return { name, difference: `refused: ${found}` };
  return { name, difference: differenceOf(found, expected) };
}

async function attempt(parser: Parser, bytes: Uint8Array): Promise<ParsedFile | string> {
  try {
    return await parser.parse(bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : JSON.stringify(error);
    return message.replace(/\s+/g, ' ');
  }
}

function differenceOf(found: ParsedFile, expected: ParsedFile): string | undefined {
  for (const field of ['rows', 'columns', 'bitsStored', 'frames'] as const) {
    if (found[field] !== expected[field]) {
      return `${field} is ${expected[field]}, found ${found[field]}`;
    }
  }
  if (found.pixels.length !== expected.pixels.length) {
    return `${expected.pixels.length} frames of pixels, found ${found.pixels.length}`;
  }
  const wrong = expected.pixels.findIndex(
    (frame, index) => Buffer.compare(frame, found.pixels[index]!) !== 0,
  );
  return wrong < 0 ? undefined : `the bytes of frame ${wrong} differ`;
}

/** Milliseconds to read the headers of all files, the median of some rounds, in turns. */
async function headerTimes(
  readers: readonly ((bytes: Uint8Array) => unknown)[],
  files: readonly TestFile[],
): Promise<readonly number[]> {
  const rounds = readers.map((): number[] => []);
  for (let round = -3; round < Number(options.rounds); round++) {
    for (const [index, read] of readers.entries()) {
      const started = performance.now();
      for (const { bytes } of files) await read(bytes);
      if (round >= 0) rounds[index]!.push(performance.now() - started);
    }
  }
  return rounds.map((times) => times.sort((a, b) => a - b)[times.length >> 1]!);
}

/** Size in kB, minified and compressed, of what a page gets that imports something. */
async function bundleSize(folder: string, code: string): Promise<number> {
  const root = mkdtempSync(join(folder, 'bundle-'));
  writeFileSync(join(root, 'main.js'), code);
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: { lib: { entry: 'main.js', formats: ['es'], fileName: 'out' }, minify: true },
  });
  const outputs = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, 'dist', name))
    .filter((path) => statSync(path).isFile());
  const gzipped = execFileSync('gzip', ['-9', '-c', ...outputs], { maxBuffer: 2 ** 28 });
  return gzipped.length / 1000;
}

if (skipReason !== '') {
  process.stderr.write('bench: ../shared/data is absent, no file to read\n');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'parsers-'));
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PEERS], {
    cwd: folder,
    stdio: 'ignore',
  });
  const { own, peers } = parsersOf(createRequire(join(folder, 'package.json')));
  const files = sharedFiles();
  for (const peer of peers) {
    const outcomes: Outcome[] = [];
    for (const file of [...files, ...defectiveFiles()]) {
      outcomes.push(await outcome(peer, own, file));
    }
    const differing = outcomes.filter(({ difference }) => difference !== undefined);
    process.stdout.write(`\n${peer.name}: ${differing.length} of ${outcomes.length} differ\n`);
    for (const { name, difference } of differing) {
      process.stdout.write(`| ${name} | ${difference?.slice(0, 110)} |\n`);
    }
  }
  const readable: TestFile[] = [];
  for (const file of files) {
    const tried = await Promise.all([own, ...peers].map((one) => attempt(one, file.bytes)));
    if (tried.every((result) => typeof result !== 'string')) readable.push(file);
  }
  const readers = [
    (bytes: Uint8Array) => openDicom(bytes),
    ...peers.map(({ readHeader }) => readHeader),
  ];
  const times = await headerTimes(readers, readable);
  const sizes = await Promise.all(peers.map(({ bundle }) => bundleSize(folder, bundle)));
  process.stdout.write(`\nheaders of ${readable.length} files that all read, ms: `);
  process.stdout.write(`mammo-io ${times.map((ms) => ms.toFixed(1)).join(', peers ')}\n`);
  process.stdout.write(`in a page, kB min+gzip: ${sizes.map((kB) => kB.toFixed(0)).join(', ')}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
