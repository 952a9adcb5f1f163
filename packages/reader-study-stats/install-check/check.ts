import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectSame, type InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** A study of synthetic ratings, analysed in every way that the package has of getting there. */
const PROGRAM = `
const variances = { reader: 0.03, case: 0.1, testByReader: 0.03, testByCase: 0.1, readerByCase: 0.2, error: 0.6 };
const coding = { positive: '1', negative: '0', direction: 'higher' };
function check({ stats, formats, models, report }) {
  if (typeof models.gee !== 'function') throw new Error('models: gee is missing');
  if (typeof report.rocPlot !== 'function') throw new Error('report: rocPlot is missing');
  const rows = stats.simulateRoeMetz({ readers: 4, positives: 25, negatives: 25, separations: [1.2, 1.6], variances, seed: 1 });
  const study = stats.arrangeReads(formats.parseImrmc(formats.formatImrmc(rows, coding)).rows, coding);
  const { equality } = stats.obuchowskiRockette(study);
  const [difference] = stats.uStatisticAnalysis(study).differences;
  return [equality.statistic, equality.pValue, difference.se, stats.wilsonInterval(42, 44).lower].join(' ');
}
`;

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: {
    stats: '@mammo/reader-study-stats',
    formats: '@mammo/reader-study-stats/formats',
    models: '@mammo/reader-study-stats/models',
    report: '@mammo/reader-study-stats/report',
  },
  program: PROGRAM,
  types: `
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
  page: true,
  budgets: [
    {
      what: 'all names',
      program: "export * from '@mammo/reader-study-stats';",
      kilobytes: 60,
    },
    {
      what: 'one interval',
      program: "export { wilsonInterval } from '@mammo/reader-study-stats';",
      kilobytes: 3,
    },
  ],
  more: (project, expected) => {
    project.node(
      'write.mjs',
      `import * as stats from '@mammo/reader-study-stats';
      import { formatImrmc } from '@mammo/reader-study-stats/formats';
      import { writeFileSync } from 'node:fs';
      ${PROGRAM}
      const rows = stats.simulateRoeMetz({ readers: 4, positives: 25, negatives: 25, separations: [1.2, 1.6], variances, seed: 1 });
      writeFileSync('study.imrmc', formatImrmc(rows, coding));`,
    );
    const args = ['analyze', 'study.imrmc', '--json', '--html', 'out/report.html'];
    const { equality } = JSON.parse(project.command('reader-study', args));
    const [statistic, pValue] = expected.split(' ');
    const said = `${equality.statistic} ${equality.pValue}`;
    expectSame('command line', said, `${statistic} ${pValue}`);
    const html = readFileSync(join(project.folder, 'out/report.html'), 'utf8');
    expectSame('report', html.trimEnd().slice(-7), '</html>');
  },
};
