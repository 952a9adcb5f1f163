import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectSame, type InstallCheck } from '../../../scripts/install-check/install-check.ts';

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
function check({ main, report }) {
  const { evaluatePaired, formatRecords, parseRecords } = main;
  const { renderReport, reportFigures } = report;
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

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: { main: '@mammo/adversarial-eval', report: '@mammo/adversarial-eval/report' },
  program: PROGRAM,
  types: `
import { evaluatePaired, type PairedEvaluation, type PairedRecord, tableOne } from '@mammo/adversarial-eval';
import { type ReportOptions, renderReport } from '@mammo/adversarial-eval/report';
export function page(records: readonly PairedRecord[], options: ReportOptions): string {
  const evaluation: PairedEvaluation = evaluatePaired(records, { threshold: { policy: 'fixed', threshold: 0.4 } });
  const { both } = evaluation.fooled;
  const rate: number | null = both.status === 'ok' ? both.rate : null;
  return renderReport(evaluation, options) + String(rate) + tableOne(evaluation).length;
}`,
  page: true,
  budgets: [
    { what: 'all names', program: "export * from '@mammo/adversarial-eval';", kilobytes: 60 },
    { what: 'report', program: "export * from '@mammo/adversarial-eval/report';", kilobytes: 60 },
    {
      what: 'Table 1',
      program: "export { evaluatePaired, tableOne } from '@mammo/adversarial-eval';",
      kilobytes: 25,
    },
  ],
  more: (project, expected) => {
    expectSame('251 of 363 fooled', expected.split(' ').slice(0, 2).join('/'), '251/363');
    const csv = 'caseId,label,scoreReal,scoreFake\na,positive,0.9,0.2\nb,negative,0.1,0.7\n';
    writeFileSync(join(project.folder, 'pairs.csv'), csv);
    const say = (...args: readonly string[]) => project.command('adversarial-eval', args);
    const valid = 'pairs of 2 patients, no problem';
    expectSame('validate', say('validate', 'pairs.csv'), `pairs.csv: 2 ${valid}\n`);
    writeFileSync(join(project.folder, 'results.json'), say('report', 'pairs.csv', '--json'));
    expectSame('results', say('validate', 'results.json'), `results.json: 2 ${valid}\n`);
    say('report', 'pairs.csv');
    const { size } = statSync(join(project.folder, 'pairs.report.html'));
    expectSame('report', String(size > 10_000), 'true');
  },
};
