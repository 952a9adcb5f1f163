import {
  dataTable,
  formatNumber,
  formatPercent,
  formatPValue,
  type Html,
} from '@mammo/reader-study-stats/report';
import { DIRECTIONS } from '../fakes.ts';
import type { Rate, StudyResults } from '../results.ts';

const rate = (r: Rate): string =>
  r.rate === null ? '–' : `${formatPercent(r.rate)} (${r.k}/${r.n})`;
const interval = ({ lower, upper }: Rate): string =>
  lower === null ? '–' : `${formatNumber(100 * lower, 1)} to ${formatPercent(upper)}`;

/** How much the fakes differ from their originals. */
export function fidelityTable({ attack }: StudyResults): Html {
  const rows = DIRECTIONS.map((direction) => {
    const { nmse, psnr, ssim, changedArea, localisation, contrastRemoved, steps } =
      attack[direction];
    return [
      direction,
      formatNumber(nmse, 4),
      psnr === null ? '–' : `${formatNumber(psnr, 1)} dB`,
      formatNumber(ssim),
      formatPercent(changedArea),
      localisation
        ? `${formatPercent(localisation.energyInLesion)} (area ${formatPercent(localisation.lesionArea)})`
        : '–',
      contrastRemoved ? formatPercent(contrastRemoved.share) : '–',
      `${steps.kept} of ${steps.trained}`,
    ];
  });
  return dataTable({
    caption: 'How near the fakes are to their originals',
    columns: [
      '',
      'Loss_gen1',
      'PSNR',
      'SSIM',
      'area changed',
      'edit’s energy inside the lesion',
      'lesion’s contrast removed (median)',
      'step kept',
    ],
    rows,
  });
}

/** Whether a program can tell the fakes. */
export function detectorTable({ detectors }: StudyResults): Html {
  return dataTable({
    caption: 'Fakes told from real images of test patients',
    columns: ['', 'detector', 'AUC', '95 % interval', 'fakes found', 'false alarms'],
    rows: detectors.map(({ direction, name, auc, detected, falseAlarms }) => [
      direction,
      name.replaceAll('-', ' '),
      formatNumber(auc.estimate),
      auc.lower === null ? '–' : `${formatNumber(auc.lower)} to ${formatNumber(auc.upper)}`,
      detected ? rate(detected) : '–',
      falseAlarms ? rate(falseAlarms) : '–',
    ]),
  });
}

/** The same images changed in other ways. */
export function controlTable({ attack }: StudyResults): Html {
  const gan = DIRECTIONS.map((direction) => [
    `${direction}: generator`,
    rate(attack[direction].fooled),
    interval(attack[direction].fooled),
    formatNumber(attack[direction].nmse, 4),
    'the attack itself',
  ]);
  const controls = attack.controls.map((control) => [
    `${control.direction}: ${control.name.replaceAll('-', ' ')}`,
    rate(control.fooled),
    interval(control.fooled),
    formatNumber(control.nmse, 4),
    control.description,
  ]);
  return dataTable({
    caption: 'Fooled by the attack and by its controls',
    columns: [
      '',
      'fooled',
      '95 % interval',
      'Loss_gen1',
      { label: 'what was done', align: 'text' },
    ],
    rows: [...gan, ...controls],
  });
}

/** Table 2: what the sessions show. */
export function planTable({ readers }: StudyResults): Html {
  return dataTable({
    caption: 'The five sessions',
    columns: [
      'session',
      { label: 'purpose', align: 'text' },
      'images or triplets',
      'real, positive',
      'real, negative',
      'fake, positive-looking',
      'fake, negative-looking',
    ],
    rows: readers.plan.map((row) => [
      String(row.session),
      row.purpose,
      String(row.images),
      String(row.realPositive),
      String(row.realNegative),
      String(row.fakePositiveLooking),
      String(row.fakeNegativeLooking),
    ]),
  });
}

/** Table 3: accuracies by reader, session and class. */
export function accuracyTable({ readers }: StudyResults): Html {
  const columns = readers.accuracy
    .filter(({ reader }) => reader === readers.accuracy[0]?.reader)
    .map(({ session, truth, group }) => ({ session, truth, group }));
  const names = [...new Set(readers.accuracy.map(({ reader }) => reader))];
  const cell = (reader: string, column: (typeof columns)[number]): string => {
    const row = readers.accuracy.find(
      (r) =>
        r.reader === reader &&
        r.session === column.session &&
        r.truth === column.truth &&
        r.group === column.group,
    );
    return formatNumber(row?.accuracy.rate, 2);
  };
  return dataTable({
    caption: 'Accuracy of simulated readers by session and class',
    columns: ['simulated reader', ...columns.map((c) => `S${c.session} ${c.truth} ${c.group}`)],
    rows: names.map((reader) => [reader, ...columns.map((column) => cell(reader, column))]),
  });
}

/** Table 4: session 3 against session 5. */
export function comparisonTable({ readers }: StudyResults): Html {
  return dataTable({
    caption: 'Accuracy of simulated readers in session 5 less that in session 3',
    columns: [
      'simulated reader',
      { label: 'images', align: 'text' },
      'S5 − S3',
      'p (paper’s sub-group test, one-sided)',
      'p (Fisher)',
      'p (Fisher, Holm)',
    ],
    rows: readers.comparisons.map((row) => [
      row.reader,
      `${row.truth}, ${row.group}`,
      formatNumber(row.difference),
      formatPValue(row.p, 3),
      formatPValue(row.fisherP, 3),
      formatPValue(row.holmP, 3),
    ]),
  });
}

/** Reading minutes per reader and session. */
export function timeTable({ readers }: StudyResults): Html {
  const sessions = [...new Set(readers.times.map(({ session }) => session))];
  const names = [...new Set(readers.times.map(({ reader }) => reader))];
  const minutes = (reader: string, session: number): string => {
    const found = readers.times.find((row) => row.reader === reader && row.session === session);
    return formatNumber(found?.minutes, 0);
  };
  return dataTable({
    caption: 'Reading time of simulated readers',
    columns: ['simulated reader', ...sessions.map((session) => `session ${session}, minutes`)],
    rows: names.map((reader) => [reader, ...sessions.map((session) => minutes(reader, session))]),
  });
}
