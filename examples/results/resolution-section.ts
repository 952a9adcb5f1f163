import { PRESETS, type PresetName } from '../full-study/presets.ts';
import type { SeedResults } from './campaign.ts';
import { decimals, type Row, share, spreadOf, spreadText, table } from './summary.ts';

/** A row, and what the paper has at 1024×832 and at 1728×1408; a dash where its number is not known. */
type ComparedRow = readonly [row: Row, low: string, high: string];

const ROWS: readonly ComparedRow[] = [
  [['AI: AUC on real test images', ({ cad }) => cad.auc.estimate, decimals(3)], '–', '0.82'],
  [
    ['remove: **fooled**', ({ attack }) => attack.remove.fooled.rate, share],
    '88.4 %',
    '95.5 % (42/44)',
  ],
  [
    ['insert: **fooled**', ({ attack }) => attack.insert.fooled.rate, share],
    '66.7 %',
    '65.5 % (209/319)',
  ],
  [['both', ({ attack }) => attack.both.rate, share], '–', '69.1 % (251/363)'],
  [
    ['AUC of fakes, flipped labels', ({ attack }) => attack.aucFlipped.estimate, decimals(3)],
    '0.79',
    '0.94',
  ],
  [['remove: Loss_gen1', ({ attack }) => attack.remove.nmse, decimals(4)], '–', '–'],
  [['insert: Loss_gen1', ({ attack }) => attack.insert.nmse, decimals(4)], '–', '–'],
  [
    [
      'remove: energy of the edit inside the lesion',
      ({ attack }) => attack.remove.localisation?.energyInLesion,
      share,
    ],
    '–',
    '–',
  ],
];

/** The sizes side by side, the paper's two beside them, and what changes from one size to the next on the same seeds. */
export function resolutionSection(groups: readonly (readonly SeedResults[])[]): string {
  const sizes = groups.flatMap(([first]) => first ?? []);
  const head = sizes.map(({ preset, cohort }) => `${preset}, ${cohort.height}×${cohort.width}`);
  const beside = table(
    ['', ...head, 'paper, 1024×832', 'paper, 1728×1408'],
    ROWS.map(([[name, value, format], low, high]) => [
      name,
      ...groups.map((group) => spreadText(group.map(value), format)),
      low,
      high,
    ]),
  );
  const conspicuities = sizes.map(
    ({ preset }) => `${PRESETS[preset as PresetName].conspicuity} (${preset})`,
  );
  const words = `The networks are the same at each of our sizes and at both of the paper's; the contrast of the lesions is not: ${conspicuities.join(', ')}, so that the AI is about as good. In the paper the larger images are fooled more often by removal, about as often by insertion.`;
  return [words, beside, ...changes(groups)].join('\n\n');
}

/** Mean difference over the seeds that both sizes have: a seed draws the same patients at every size. */
function changes(groups: readonly (readonly SeedResults[])[]): string[] {
  const steps = groups.slice(1).flatMap((larger, i) => {
    const pairs = larger.flatMap((seed) => {
      const same = groups[i]?.find((one) => one.seed === seed.seed);
      return same ? [[same, seed] as const] : [];
    });
    const [first] = pairs;
    return first ? [{ name: `${first[0].preset} to ${first[1].preset}`, pairs }] : [];
  });
  if (steps.length === 0) return [];
  const rows = ROWS.filter(([, low]) => low !== '–').map(([[name, value, format]]) => [
    name,
    ...steps.map(({ pairs }) =>
      signedSpread(
        pairs.map(([small, large]) => {
          const [from, to] = [value(small), value(large)];
          return from == null || to == null ? null : to - from;
        }),
        format,
      ),
    ),
  ]);
  const head = ['change, same seeds', ...steps.map(({ name }) => name), 'paper'];
  const paper = ['+7.1 %', '-1.2 %', '+0.150'];
  return [
    table(
      head,
      rows.map((row, i) => [...row, paper[i] ?? '–']),
    ),
  ];
}

/** As `spreadText`, each number with its sign. */
function signedSpread(
  values: readonly (number | null)[],
  format: (value: number) => string,
): string {
  const signed = (value: number): string => {
    const size = format(Math.abs(value));
    return `${value < 0 && Number.parseFloat(size) > 0 ? '-' : '+'}${size}`;
  };
  return spreadOf(values) === null ? '–' : spreadText(values, signed);
}
