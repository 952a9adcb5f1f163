import type { Estimate, Rate, StudyResults } from '../results.ts';
import { type Html, html, table } from './page.ts';

export const percent = (share: number | null): string =>
  share === null ? '–' : `${(100 * share).toFixed(1)} %`;
export const countOf = ({ k, n }: { k: number; n: number }): string => `${k}/${n}`;
const rate = (r: Rate): string => `${percent(r.rate)} (${r.k}/${r.n})`;
const interval = ({ lower, upper }: Rate): string =>
  lower === null || upper === null
    ? '–'
    : `${(100 * lower).toFixed(1)}–${(100 * upper).toFixed(1)} %`;
const area = ({ estimate }: Estimate): string => estimate?.toFixed(3) ?? '–';
const areaInterval = ({ lower, upper }: Estimate): string =>
  lower === null || upper === null ? '–' : `${lower.toFixed(3)}–${upper.toFixed(3)}`;
const LOST = html`<span class="note">not known</span>`;

/** Table 1 beside the paper's two columns; what the paper's surviving copy does not tell stays open. */
export function tableOne({ cad, attack, cohort }: StudyResults): Html {
  return table(
    [
      '',
      `this study, ${cohort.height}×${cohort.width}`,
      '95 % interval',
      'paper, 1728×1408',
      'paper, 1024×832',
    ],
    [
      ['AUC, real test set', area(cad.auc), areaInterval(cad.auc), '0.82', LOST],
      [
        'AUC, fakes with flipped labels',
        area(attack.aucFlipped),
        areaInterval(attack.aucFlipped),
        '0.94',
        '0.79',
      ],
      [
        'real positives right at 0.5',
        rate(cad.positivesCorrect),
        interval(cad.positivesCorrect),
        '59.5 % (44/74)',
        '43/74 (derived)',
      ],
      [
        'real negatives right at 0.5',
        rate(cad.negativesCorrect),
        interval(cad.negativesCorrect),
        '87.6 % (319/364)',
        LOST,
      ],
      [
        'fooled: cancer removed',
        rate(attack.remove.fooled),
        interval(attack.remove.fooled),
        '95.5 % (42/44)',
        '88.4 %',
      ],
      [
        'fooled: cancer inserted',
        rate(attack.insert.fooled),
        interval(attack.insert.fooled),
        '65.5 % (209/319)',
        '66.7 %',
      ],
      ['fooled: both', rate(attack.both), interval(attack.both), '69.1 % (251/363)', LOST],
    ],
  );
}

/** How much the fakes differ from their originals. */
export function fidelityTable({ attack }: StudyResults): Html {
  const rows = (['remove', 'insert'] as const).map((direction) => {
    const { nmse, psnr, ssim, localisation, steps } = attack[direction];
    return [
      direction,
      nmse.toFixed(4),
      psnr === null ? '–' : `${psnr.toFixed(1)} dB`,
      ssim.toFixed(3),
      localisation
        ? `${percent(localisation.energyInLesion)} (area ${percent(localisation.lesionArea)})`
        : '–',
      `${steps.kept} of ${steps.trained}`,
    ];
  });
  return table(
    ['', 'Loss_gen1', 'PSNR', 'SSIM', 'edit’s energy inside the lesion', 'step kept'],
    rows,
  );
}

/** The same images changed in other ways. */
export function controlTable({ attack }: StudyResults): Html {
  const gan = (['remove', 'insert'] as const).map((direction) => [
    `${direction}: generator`,
    rate(attack[direction].fooled),
    interval(attack[direction].fooled),
    attack[direction].nmse.toFixed(4),
    'the attack itself',
  ]);
  const controls = attack.controls.map((control) => [
    `${control.direction}: ${control.name.replaceAll('-', ' ')}`,
    rate(control.fooled),
    interval(control.fooled),
    control.nmse.toFixed(4),
    control.description,
  ]);
  return table(
    ['', 'fooled', '95 % interval', 'Loss_gen1', ''],
    [...gan, ...controls],
    'described',
  );
}

/** Table 2: what the sessions show. */
export function planTable({ readers }: StudyResults): Html {
  return table(
    [
      'session',
      'purpose',
      'images or triplets',
      'real, positive',
      'real, negative',
      'fake, positive-looking',
      'fake, negative-looking',
    ],
    readers.plan.map((row) => [
      String(row.session),
      row.purpose,
      String(row.images),
      String(row.realPositive),
      String(row.realNegative),
      String(row.fakePositiveLooking),
      String(row.fakeNegativeLooking),
    ]),
  );
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
    return row?.accuracy.rate?.toFixed(2) ?? '–';
  };
  return table(
    ['simulated reader', ...columns.map((c) => `S${c.session} ${c.truth} ${c.group}`)],
    names.map((reader) => [reader, ...columns.map((column) => cell(reader, column))]),
  );
}

/** Table 4: session 3 against session 5. */
export function comparisonTable({ readers }: StudyResults): Html {
  return table(
    [
      'simulated reader',
      'images',
      'S5 − S3',
      'p (paper’s sub-group test, one-sided)',
      'p (Fisher)',
      'p (Fisher, Holm)',
    ],
    readers.comparisons.map((row) => [
      row.reader,
      `${row.truth}, ${row.group}`,
      `${row.difference >= 0 ? '+' : '−'}${Math.abs(row.difference).toFixed(3)}`,
      row.p === null ? '–' : pValue(row.p),
      pValue(row.fisherP),
      pValue(row.holmP),
    ]),
  );
}

/** Reading minutes per reader and session. */
export function timeTable({ readers }: StudyResults): Html {
  const sessions = [...new Set(readers.times.map(({ session }) => session))];
  const names = [...new Set(readers.times.map(({ reader }) => reader))];
  const minutes = (reader: string, session: number): string =>
    readers.times
      .find((row) => row.reader === reader && row.session === session)
      ?.minutes.toFixed(0) ?? '–';
  return table(
    ['simulated reader', ...sessions.map((session) => `session ${session}, minutes`)],
    names.map((reader) => [reader, ...sessions.map((session) => minutes(reader, session))]),
  );
}

function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
