import { coverageOf, type Population } from './coverage.ts';

/**
 * Coverage of 95 % intervals over 2,000 simulations for several populations, as a Markdown table.
 * npm run simulate -w packages/adversarial-eval
 */
const simulations = Number(process.env.SIMULATIONS ?? 2000);
const replicates = Number(process.env.REPLICATES ?? 1000);

const paper = {
  positives: { patients: 37, images: [2] },
  negatives: { patients: 91, images: [4] },
  fooled: { remove: 0.9, insert: 0.655 },
} as const;

const POPULATIONS: readonly Population[] = [
  {
    name: 'paper, images independent',
    positives: { patients: 74, images: [1] },
    negatives: { patients: 364, images: [1] },
    fooled: paper.fooled,
    correlation: 0,
    auc: 0.82,
  },
  { name: 'paper, correlation 0.3', ...paper, correlation: 0.3, auc: 0.82 },
  { name: 'paper, correlation 0.7', ...paper, correlation: 0.7, auc: 0.94 },
  {
    name: 'few patients, correlation 0.5',
    positives: { patients: 15, images: [1, 2] },
    negatives: { patients: 20, images: [2, 3, 4] },
    fooled: { remove: 0.8, insert: 0.5 },
    correlation: 0.5,
    auc: 0.88,
  },
];

process.stdout.write(
  `${simulations} simulations, ${replicates} bootstrap replicates; share of 95 % intervals that hold the truth (mean width)\n\n` +
    '| population | estimated | interval | holds | width |\n|---|---|---|---|---|\n',
);
for (const population of POPULATIONS) {
  const rows = coverageOf(population, { simulations, seed: 2021, replicates });
  for (const { target, method, covered, meanWidth } of rows) {
    if (method.startsWith('default')) continue;
    process.stdout.write(
      `| ${population.name} | ${target} | ${method} | ${(100 * covered).toFixed(1)} % | ${meanWidth.toFixed(3)} |\n`,
    );
  }
}
