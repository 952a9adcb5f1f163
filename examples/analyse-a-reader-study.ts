/**
 * Analyses readers' ratings of two tests: `npm run example -- examples/analyse-a-reader-study.ts [reads.csv]`.
 * Without a file it takes a study as large as Van Dyke's (1993): 5 readers, 45 positive and 69 negative cases, ratings from a
 * simulation, nobody's.
 */
import { readFile } from 'node:fs/promises';
import {
  arrangeReads,
  dorfmanBerbaumMetz,
  obuchowskiRockette,
  simulateRoeMetz,
  uStatisticAnalysis,
} from '@mammo/reader-study-stats';
import { formatRows, parseRows } from '@mammo/reader-study-stats/formats';
import { formatInterval, formatPValue, textTable } from '@mammo/reader-study-stats/report';
import { check, say } from './check.ts';

const [file] = process.argv.slice(2);
const csv = file === undefined ? simulatedStudy() : await readFile(file, 'utf8');
const { rows, lines } = parseRows(csv);
const study = arrangeReads(rows, {
  positive: '1',
  negative: '0',
  direction: 'higher',
  rows: lines,
});

const analysis = obuchowskiRockette(study);
const { equality, differences } = analysis;
say(`design: ${study.design.kind}; test of equality: p ${formatPValue(equality.pValue)}`);
say(
  textTable({
    columns: ['difference', 'estimate, 95 % interval'],
    rows: differences.map(({ first, second, estimate, ci }) => [
      `${first} − ${second}`,
      formatInterval(estimate, ci),
    ]),
  }),
);

const [difference] = differences;
const [same] = uStatisticAnalysis(study).differences;
const [older] = dorfmanBerbaumMetz(study).differences;
if (difference?.status !== 'ok' || same?.status !== 'ok' || older?.status !== 'ok') {
  throw new Error('the study must have two tests and more than one reader');
}
const { lower, upper } = difference.ci!;
check(
  'the interval holds the estimate',
  lower < difference.estimate && difference.estimate < upper,
);
check(
  'U-statistics estimate the same difference, to the twelfth digit',
  Math.abs(same.estimate - difference.estimate) < 1e-12,
);
check('pseudovalues give the same F', Math.abs(older.estimate - difference.estimate) < 1e-10);
check(
  'p is below 0.05 exactly when the interval leaves out 0',
  difference.pValue! < 0.05 === (lower > 0 || upper < 0),
);

function simulatedStudy(): string {
  return formatRows(
    simulateRoeMetz({
      readers: 5,
      positives: 45,
      negatives: 69,
      separations: [1.5, 1.9],
      variances: {
        reader: 0.03,
        case: 0.3,
        testByReader: 0.03,
        testByCase: 0.3,
        readerByCase: 0.2,
        error: 0.2,
      },
      seed: 1993,
    }),
  );
}
