import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulateRoeMetz } from '../src/mrmc/roe-metz.ts';
import { analyzeRatings, forestPlot, rocPlot } from '../src/report/index.ts';

/** Draws the pictures of the README: `npm run images -w packages/reader-study-stats`. The data are synthetic. */
const rows = simulateRoeMetz({
  readers: 5,
  positives: 60,
  negatives: 60,
  separations: [1.9, 1.3],
  variances: {
    reader: 0.03,
    case: 0.1,
    testByReader: 0.03,
    testByCase: 0.1,
    readerByCase: 0.2,
    error: 0.6,
  },
  seed: 11,
}).map((row) => ({ ...row, modality: row.modality === 'A' ? 'with AI' : 'alone' }));
const report = analyzeRatings(
  { rows, lines: rows.map((_, index) => index + 2) },
  { positive: '1', negative: '0', direction: 'higher', tests: ['with AI', 'alone'] },
);
const title = 'Synthetic study of 5 readers';

save(
  'roc.svg',
  rocPlot(
    report.curves.map(({ test, average }) => {
      const { estimate } = report.means.find((mean) => mean.test === test)!;
      return { name: `${test}, mean AUC ${estimate!.toFixed(3)}`, points: average };
    }),
    { title },
  ),
);
const [difference] = report.differences;
save(
  'forest.svg',
  forestPlot(
    [
      ...report.readers
        .filter(({ second }) => second !== null)
        .map(({ reader, estimate, ci }) => ({
          name: `reader ${reader}`,
          estimate,
          lower: ci!.lower,
          upper: ci!.upper,
        })),
      {
        name: 'all readers',
        estimate: difference!.estimate,
        lower: difference!.ci!.lower,
        upper: difference!.ci!.upper,
        kind: 'summary',
        tone: 1,
      },
    ],
    {
      title,
      x: { label: 'AUC with AI − AUC alone' },
      references: [{ value: 0, label: 'no difference' }],
    },
  ),
);

function save(name: string, svg: string): void {
  writeFileSync(join(import.meta.dirname, name), svg);
}
