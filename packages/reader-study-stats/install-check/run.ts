import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'tsup';
import { emptyProject, expectSame, say } from '../../../empty-project.ts';

/**
 * Installs the built package's tarball into an empty project and uses it there: as an ES module, as CommonJS, from strict
 * TypeScript that also checks the package's own declarations, from the command line, and bundled in a page of headless
 * Chromium. All must give the same numbers.
 *
 *   npm run build -w packages/reader-study-stats && npm run check:install -w packages/reader-study-stats
 *
 * CHROMIUM names the browser; without one the page is left out, and the script says so.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const workspace = join(root, '../..');
const { folder: project, run, node, page: openPage } = emptyProject();
/** Of the main entry with every export used; a page ships what it uses. */
const MOST_KILOBYTES = 60;

/** A study of synthetic ratings, analysed in every way that the package has of getting there. */
const PROGRAM = `
const variances = { reader: 0.03, case: 0.1, testByReader: 0.03, testByCase: 0.1, readerByCase: 0.2, error: 0.6 };
const coding = { positive: '1', negative: '0', direction: 'higher' };
function check(stats, formats) {
  const rows = stats.simulateRoeMetz({ readers: 4, positives: 25, negatives: 25, separations: [1.2, 1.6], variances, seed: 1 });
  const study = stats.arrangeReads(formats.parseImrmc(formats.formatImrmc(rows, coding)).rows, coding);
  const { equality } = stats.obuchowskiRockette(study);
  const [difference] = stats.uStatisticAnalysis(study).differences;
  return [equality.statistic, equality.pValue, difference.se, stats.wilsonInterval(42, 44).lower].join(' ');
}
`;

try {
  install();
  const expected = node(
    'check.mjs',
    `${PROGRAM}
    import * as stats from '@mammo/reader-study-stats';
    import { rocPlot } from '@mammo/reader-study-stats/report';
    import { gee } from '@mammo/reader-study-stats/models';
    import * as formats from '@mammo/reader-study-stats/formats';
    if (typeof gee !== 'function') throw new Error('models: gee is missing');
    if (typeof rocPlot !== 'function') throw new Error('report: rocPlot is missing');
    console.log(check(stats, formats));`,
  );
  say(`ES module: ${expected}`);
  expectSame(
    'CommonJS',
    node(
      'check.cjs',
      `${PROGRAM}
    const stats = require('@mammo/reader-study-stats');
    const { studyText } = require('@mammo/reader-study-stats/report');
    const { glmm } = require('@mammo/reader-study-stats/models');
    const formats = require('@mammo/reader-study-stats/formats');
    if (typeof glmm !== 'function') throw new Error('models: glmm is missing');
    if (typeof studyText !== 'function') throw new Error('report: studyText is missing');
    console.log(check(stats, formats));`,
    ),
    expected,
  );
  expectSame('strict TypeScript', typecheck(), '');
  commandLine(expected);
  await page(expected);
} finally {
  rmSync(project, { recursive: true });
}

function install(): void {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', project], root),
  ) as [{ readonly filename: string; readonly size: number; readonly unpackedSize: number }];
  say(
    `tarball: ${packed.filename}, ${kilobytes(packed.size)} packed, ${kilobytes(packed.unpackedSize)} unpacked`,
  );
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  run('npm', [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    `./${packed.filename.replace(/^@/, '').replace('/', '-')}`,
  ]);
}

function typecheck(): string {
  writeFileSync(
    join(project, 'check.mts'),
    `
    import { arrangeReads, obuchowskiRockette, type OrAnalysis, type ReadRow } from '@mammo/reader-study-stats';
    import { parseRows } from '@mammo/reader-study-stats/formats';
    import type { FittedModel } from '@mammo/reader-study-stats/models';
    import { analyzeRatings, checkStudyConfig, studyPage, type StudyReport } from '@mammo/reader-study-stats/report';
    const file = parseRows('reader,case,modality,truth,rating\\n');
    const rows: readonly ReadRow[] = file.rows;
    export const analysis: OrAnalysis = obuchowskiRockette(
      arrangeReads(rows, { positive: '1', negative: '0', direction: 'higher', rows: file.lines }),
    );
    export type Terms = FittedModel<'ok'>['coefficients'];
    const report: StudyReport = analyzeRatings(file, checkStudyConfig({}));
    export const text: string = studyPage(report);`,
  );
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2022',
    '--lib',
    'es2022',
  ];
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ] as const) {
    const tsc = join(workspace, 'node_modules/typescript/bin/tsc');
    const output = run(process.execPath, [
      tsc,
      ...options,
      '--module',
      module,
      '--moduleResolution',
      resolution,
      'check.mts',
    ]);
    if (output !== '') return output;
  }
  return '';
}

/** The same study from a file: the command line gives the same F. */
function commandLine(expected: string): void {
  node(
    'write.mjs',
    `${PROGRAM}
    import * as stats from '@mammo/reader-study-stats';
    import { formatImrmc } from '@mammo/reader-study-stats/formats';
    import { writeFileSync } from 'node:fs';
    const rows = stats.simulateRoeMetz({ readers: 4, positives: 25, negatives: 25, separations: [1.2, 1.6], variances, seed: 1 });
    writeFileSync('study.imrmc', formatImrmc(rows, coding));`,
  );
  const args = ['--no-install', 'reader-study', 'analyze', 'study.imrmc', '--json'];
  const { equality } = JSON.parse(run('npx', [...args, '--html', 'out/report.html']));
  const [statistic, pValue] = expected.split(' ');
  expectSame('command line', `${equality.statistic} ${equality.pValue}`, `${statistic} ${pValue}`);
  const html = readFileSync(join(project, 'out/report.html'), 'utf8');
  if (!html.includes('</html>')) throw new Error('command line: the report must be whole');
}

async function page(expected: string): Promise<void> {
  writeFileSync(
    join(project, 'part.mjs'),
    `import { deLongPairedTest } from '@mammo/reader-study-stats';
    document.body.textContent = deLongPairedTest([3, 1, 2, 0], [2, 3, 1, 0], { labels: ['positive', 'positive', 'negative', 'negative'] }).pValue;`,
  );
  writeFileSync(
    join(project, 'page.mjs'),
    `${PROGRAM}
    import * as stats from '@mammo/reader-study-stats';
    import * as formats from '@mammo/reader-study-stats/formats';
    document.body.textContent = check(stats, formats);`,
  );
  writeFileSync(
    join(project, 'main-entry.mjs'),
    `import * as stats from '@mammo/reader-study-stats';
    document.body.textContent = Object.keys(stats).length;`,
  );
  const part = await bundle('part');
  say(`a page that compares two areas: ${kilobytes(gzipSync(part, { level: 9 }).length)} gzip`);
  const whole = await bundle('main-entry');
  const size = gzipSync(whole, { level: 9 }).length;
  say(`main entry, everything used: ${kilobytes(whole.length)} minified, ${kilobytes(size)} gzip`);
  if (size > MOST_KILOBYTES * 1000) throw new Error(`main entry: must be <= ${MOST_KILOBYTES} kB`);
  const script = await bundle('page');
  const text = openPage(script);
  if (text !== undefined) expectSame('page', text, expected);
}

/** A script for a page, with everything that it imports in it. */
async function bundle(name: string): Promise<string> {
  await build({
    entry: [join(project, `${name}.mjs`)],
    outDir: join(project, 'bundle'),
    format: ['esm'],
    platform: 'browser',
    target: 'es2022',
    noExternal: [/.*/],
    splitting: false,
    minify: true,
    config: false,
    silent: true,
    outExtension: () => ({ js: '.js' }),
  });
  return readFileSync(join(project, `bundle/${name}.js`), 'utf8');
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
