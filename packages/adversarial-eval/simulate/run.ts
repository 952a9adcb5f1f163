import { coverageOf, type Population } from './coverage.ts';
import { detectionCoverage } from './detection.ts';
import { rateGrid } from './rate-grid.ts';
import { readerCoverage } from './readers.ts';

/**
 * Coverage of 95 % intervals over 2,000 simulations for several populations, as a Markdown table.
 * npm run simulate -w packages/adversarial-eval
 */
const simulations = Number(process.env.SIMULATIONS ?? 2000);
/** 0: no bootstrap, which is most of the time. */
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

process.stdout.write(
  '\n| interval of a rate | settings | holds, least | most | below 93 % | above 97 % |\n|---|---|---|---|---|---|\n',
);
for (const row of rateGrid({ simulations, seed: 2021 })) {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  process.stdout.write(
    `| ${row.method} | ${row.settings} | ${percent(row.least)} | ${percent(row.greatest)} | ${row.below93} | ${row.above97} |\n`,
  );
}

process.stdout.write(
  '\n| readers | patients × images | sd of readers, patients | true rate | holds | width |\n|---|---|---|---|---|---|\n',
);
for (const [readers, patients, mean, sdReaders, sdPatients] of [
  [5, 80, -1, 0.5, 0.7],
  [5, 80, 0, 0.2, 1],
  [3, 120, -0.5, 0.4, 0.5],
  [12, 40, -1, 0.5, 0.5],
] as const) {
  const population = { readers, patients, imagesPerPatient: 2, mean, sdReaders, sdPatients };
  const { truth, covered, meanWidth } = readerCoverage(
    { ...population, missing: 0.1 },
    { simulations, seed: 2021 },
  );
  process.stdout.write(
    `| ${readers} | ${patients} × 2 | ${sdReaders}, ${sdPatients} | ${truth.toFixed(3)} | ${(100 * covered).toFixed(1)} % | ${meanWidth.toFixed(3)} |\n`,
  );
}

process.stdout.write(
  '\n| patients × images, fakes alike | shift | correlation | false alarms | true detection | holds | width |\n|---|---|---|---|---|---|---|\n',
);
for (const [patients, images, shift, correlation, falseAlarmRate] of [
  [40, 2, 1.5, 0.5, 0.1],
  [40, 2, 2.5, 0.5, 0.1],
  [100, 1, 1.5, 0, 0.05],
  [100, 2, 2.5, 0.5, 0.05],
  [300, 2, 1, 0.3, 0.05],
  [300, 2, 3, 0.3, 0.01],
] as const) {
  const population = { patients, images, shift, correlation, falseAlarmRate };
  const { truth, covered, meanWidth } = detectionCoverage(population, { simulations, seed: 2021 });
  process.stdout.write(
    `| ${patients} × ${images} | ${shift} | ${correlation} | ${falseAlarmRate} | ${truth.toFixed(3)} | ${(100 * covered).toFixed(1)} % | ${meanWidth.toFixed(3)} |\n`,
  );
}
