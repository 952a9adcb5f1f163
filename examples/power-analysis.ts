/** How many cases does a reader study need? `npm run example -- examples/power-analysis.ts [EFFECT]`. */
import {
  arrangeReads,
  mrmcPower,
  mrmcSampleSize,
  obuchowskiRockette,
  pilotComponents,
  simulateRoeMetz,
} from '@mammo/reader-study-stats';
import { textTable } from '@mammo/reader-study-stats/report';
import { check, say } from './check.ts';

const effect = Number(process.argv[2] ?? 0.05);
// a pilot: yours are reads of a CSV, here they are simulated
const pilotReads = simulateRoeMetz({
  readers: 5,
  positives: 40,
  negatives: 40,
  separations: [1.5, 1.7],
  variances: {
    reader: 0.01,
    case: 0.1,
    testByReader: 0.01,
    testByCase: 0.1,
    readerByCase: 0.2,
    error: 0.6,
  },
  seed: 3,
});
const study = arrangeReads(pilotReads, { positive: '1', negative: '0', direction: 'higher' });
const pilot = pilotComponents(obuchowskiRockette(study));

const sizes = [4, 6, 8, 12].map((readers) =>
  mrmcSampleSize({ pilot, effect, readers, power: 0.8 }),
);
say(`to show a difference of ${effect} in AUC with a power of 80 %, two-sided level 5 %:`);
say(
  textTable({
    columns: ['readers', 'cases', 'power'],
    rows: sizes.map((size) =>
      size.status === 'ok'
        ? [String(size.readers), String(size.cases), size.power.toFixed(3)]
        : [String(size.readers), 'no number', `at most ${size.limit.toFixed(3)}`],
    ),
  }),
);

const enough = sizes.filter((size) => size.status === 'ok');
check('some number of readers is enough', enough.length > 0);
for (const { readers, cases, power } of enough) {
  const fewer = mrmcPower({ pilot, effect, readers, cases: cases - 1 }).power;
  check(
    `${readers} readers: ${cases} cases are enough, one fewer is not`,
    power >= 0.8 && fewer < 0.8,
  );
}
check(
  'more readers never need more cases',
  enough.every(({ cases }, i) => i === 0 || cases <= enough[i - 1]!.cases),
);
