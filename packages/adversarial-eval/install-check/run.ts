import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { emptyProject, expectSame, say } from '../../../empty-project.ts';

/**
 * Installs the tarballs of this package and of reader-study-stats into an empty project and uses them there: as ES
 * module, as CommonJS, from strict TypeScript that also checks the packages' own declarations, from the command line,
 * and bundled in a page of headless Chromium, where the same numbers must come out. Prints sizes; the main entry,
 * minified and gzipped with all it needs, must stay within 60 kB.
 *
 *   npx nx run-many -t build -p @mammo/adversarial-eval && npm run check:install -w packages/adversarial-eval
 *
 * CHROMIUM names the browser; without one the page is left out, and the script says so.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const workspace = join(root, '../..');
const { folder: project, run, node, page: openPage } = emptyProject();
const MOST_BYTES = 60_000;

/** The paper's counts, each pair its own patient, and what they must give. */
const PROGRAM = `
const record = (label, i, right, fooled) => ({
  caseId: label + i, patientId: label + i, label, direction: label === 'positive' ? 'remove' : 'insert',
  intendedLabel: label === 'positive' ? 'negative' : 'positive', attackId: 'gan',
  scoreReal: (label === 'positive') === right ? 0.8 : 0.2, scoreFake: (label === 'positive') === fooled ? 0.2 : 0.8,
});
const list = (n, of) => Array.from({ length: n }, (_, i) => of(i));
const records = [
  ...list(74, (i) => record('positive', i, i < 44, i < 42)),
  ...list(364, (i) => record('negative', i, i < 319, i < 209)),
];
function check({ evaluatePaired, formatRecords, parseRecords }, { renderReport, reportFigures }) {
  const bootstrap = { unit: 'patient', replicates: 200, seed: 1 };
  const evaluation = evaluatePaired(parseRecords(formatRecords(records)), { bootstrap, ci: 'wilson' });
  const { both } = evaluation.fooled;
  const image = { height: 2, width: 2, maximum: 255, caseId: 'positive0' };
  const gallery = [{ ...image, real: Uint8Array.of(1, 2, 3, 4), fake: Uint8Array.of(4, 3, 2, 1) }];
  const pages = ['html', 'markdown', 'latex'].map((format) =>
    checksum(renderReport(evaluation, format === 'html' ? { format, gallery } : { format })),
  );
  // engines may differ in the last digit of exp and log
  const rounded = (_, value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value);
  const figures = checksum(Object.values(reportFigures(evaluation)).join(''));
  return [both.k, both.n, checksum(JSON.stringify(evaluation, rounded)), ...pages, figures].join(' ');
}
function checksum(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (31 * sum + text.charCodeAt(i)) >>> 0;
  return sum;
}
`;

try {
  install();
  const numbers = node(
    'check.mjs',
    `${PROGRAM}
    import * as main from '@mammo/adversarial-eval';
    import * as report from '@mammo/adversarial-eval/report';
    console.log(check(main, report));`,
  );
  expectSame('ES module', numbers.split(' ').slice(0, 2).join('/'), '251/363');
  expectSame(
    'CommonJS',
    node(
      'check.cjs',
      `${PROGRAM}
      console.log(check(require('@mammo/adversarial-eval'), require('@mammo/adversarial-eval/report')));`,
    ),
    numbers,
  );
  expectSame('strict TypeScript', typecheck(), '');
  commandLine();
  await page(numbers);
  await sizes();
} finally {
  rmSync(project, { recursive: true });
}

function install(): void {
  const tarballs = [join(root, '../reader-study-stats'), root].map((folder) => {
    const packed = run('npm', ['pack', '--json', '--pack-destination', project], folder);
    const [{ filename, size }] = JSON.parse(packed) as [{ filename: string; size: number }];
    say(`tarball: ${filename}, ${Math.round(size / 1000)} kB packed`);
    return `./${filename.replace(/^@/, '').replace('/', '-')}`;
  });
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tarballs]);
  const names = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'));
  say(`installed beside it: ${names.join(', ')}`);
}

function typecheck(): string {
  writeFileSync(
    join(project, 'check.mts'),
    `
    import { evaluatePaired, type PairedEvaluation, type PairedRecord, tableOne } from '@mammo/adversarial-eval';
    import { type ReportOptions, renderReport } from '@mammo/adversarial-eval/report';
    export function page(records: readonly PairedRecord[], options: ReportOptions): string {
      const evaluation: PairedEvaluation = evaluatePaired(records, { threshold: { policy: 'fixed', threshold: 0.4 } });
      const { both } = evaluation.fooled;
      const rate: number | null = both.status === 'ok' ? both.rate : null;
      return renderReport(evaluation, options) + String(rate) + tableOne(evaluation).length;
    }`,
  );
  const options = [
    ...['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
    ...['--target', 'es2022', '--lib', 'es2022'],
  ];
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    const tsc = join(workspace, 'node_modules/typescript/bin/tsc');
    const how = ['--module', module, '--moduleResolution', resolution, 'check.mts'];
    const output = run(process.execPath, [tsc, ...options, ...how]);
    if (output !== '') return output;
  }
  return '';
}

function commandLine(): void {
  const csv = 'caseId,label,scoreReal,scoreFake\na,positive,0.9,0.2\nb,negative,0.1,0.7\n';
  writeFileSync(join(project, 'pairs.csv'), csv);
  const cli = ['--no-install', 'adversarial-eval'];
  const valid = run('npx', [...cli, 'validate', 'pairs.csv']);
  expectSame('validate', valid, 'pairs.csv: 2 pairs of 2 patients, no problem\n');
  const results = run('npx', [...cli, 'report', 'pairs.csv', '--json']);
  writeFileSync(join(project, 'results.json'), results);
  const again = run('npx', [...cli, 'validate', 'results.json']);
  expectSame('results', again, 'results.json: 2 pairs of 2 patients, no problem\n');
  run('npx', [...cli, 'report', 'pairs.csv']);
  const bytes = statSync(join(project, 'pairs.report.html')).size;
  expectSame('report', String(bytes > 10_000), 'true');
}

async function sizes(): Promise<void> {
  for (const entry of ['adversarial-eval', 'adversarial-eval/report']) {
    const script = await bundle('size.mjs', `export * from '@mammo/${entry}';`);
    const bytes = gzipSync(script).length;
    say(
      `${entry}: ${(script.length / 1000).toFixed(1)} kB minified, ${(bytes / 1000).toFixed(1)} kB gzipped`,
    );
    if (entry === 'adversarial-eval' && bytes > MOST_BYTES) {
      throw new Error(`the main entry must be at most ${MOST_BYTES} bytes gzipped, got ${bytes}`);
    }
  }
}

async function page(expected: string): Promise<void> {
  const script = await bundle(
    'page.mjs',
    `${PROGRAM}
    import * as main from '@mammo/adversarial-eval';
    import * as report from '@mammo/adversarial-eval/report';
    try { document.body.textContent = check(main, report); } catch (error) { document.body.textContent = error.stack; }`,
  );
  const text = openPage(script);
  if (text !== undefined) expectSame('page', text, expected);
}

/** A program for a page, minified, with everything that it imports. */
async function bundle(name: string, program: string): Promise<string> {
  writeFileSync(join(project, name), program);
  await build({
    entry: [join(project, name)],
    outDir: join(project, 'bundle'),
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    noExternal: [/./],
    splitting: false,
    minify: true,
    config: false,
    silent: true,
    outExtension: () => ({ js: '.js' }),
  });
  return readFileSync(join(project, 'bundle', name.replace('.mjs', '.js')), 'utf8');
}
