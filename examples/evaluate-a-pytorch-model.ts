/** Scores that PyTorch wrote, evaluated: `npm run example -- examples/evaluate-a-pytorch-model.ts [pairs.csv [REPORT.html]]`. */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluatePaired, parseRecords, sanityFlags, tableOne } from '@mammo/adversarial-eval';
import { renderReport } from '@mammo/adversarial-eval/report';
import { randomStream } from '@mammo/mammo-io';
import { check, say } from './check.ts';

const [file, report = join(tmpdir(), 'pairs.report.html')] = process.argv.slice(2);
const csv = file === undefined ? inventedScores() : await readFile(file, 'utf8');

const records = parseRecords(csv); // one error lists all problems, with their rows
const flags = sanityFlags({ records, scoreKind: 'probability' });
for (const { severity, message } of flags) say(`${severity}: ${message}`);

const evaluation = evaluatePaired(records);
for (const { title, kind, value } of tableOne(evaluation)) {
  const estimate = kind === 'auc' ? value.estimate : value.rate;
  const interval = kind === 'auc' ? value.ci : value;
  say(`${title}: ${[estimate, interval?.lower, interval?.upper].map((x) => x?.toFixed(3))}`);
}
const html = renderReport(evaluation, { format: 'html' });
await writeFile(report, html);
say(`report: ${report}`);

const { remove, insert, both } = evaluation.fooled;
check('the two directions add up', (remove.k ?? 0) + (insert.k ?? 0) === both.k);
check('the interval holds the rate', both.lower! <= both.rate! && both.rate! <= both.upper!);
check(
  'the report is one whole page',
  html.startsWith('<!doctype html>') && html.includes('</html>'),
);

/** What a model might give for 40 women: the fakes of three in four cross the threshold. */
function inventedScores(): string {
  const random = randomStream(1, 'invented scores');
  const rows = Array.from({ length: 80 }, (_, i) => {
    const patient = Math.floor(i / 2);
    const label = patient % 2 === 0 ? 'positive' : 'negative';
    const right = 0.5 + (label === 'positive' ? 1 : -1) * (0.5 * random.uniform() - 0.06);
    const fake = random.uniform() < 0.75 ? 1 - right + 0.001 * random.uniform() : right;
    return `case-${i},P${patient},${label},${right.toFixed(4)},${fake.toFixed(4)}`;
  });
  return ['caseId,patientId,label,scoreReal,scoreFake', ...rows, ''].join('\n');
}
