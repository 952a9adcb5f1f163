import { DIRECTIONS } from '../full-study/fakes.ts';
import type { DefenceRecord } from '../full-study/probes/defence-task.ts';
import type { VictimOutcome } from '../full-study/probes/probe-scene.ts';
import type { SeedResults } from './campaign.ts';
import { decimals, type Row, share, triedSection } from './summary.ts';

type Find<T> = (seed: SeedResults) => T | null | undefined;

const DEFENCES: readonly (readonly [name: string, found: Find<DefenceRecord>])[] = [
  ['fine-tuned on fakes', ({ probes }) => probes.defence],
  ['adversarially trained', ({ probes }) => probes.adversarialTraining],
];

/** The AI before and after it was trained to resist, on the seeds on which that was tried. */
export function defenceSection(groups: readonly (readonly SeedResults[])[]): string {
  return triedSection(groups, (seed) => anyOf(seed) !== null, { words: WORDS, rows: rows() });
}

/** Any defence of a seed: what is said of the AI before is the same in all. */
const anyOf = ({ probes }: SeedResults): DefenceRecord | null =>
  probes.defence ?? probes.adversarialTraining;

const WORDS =
  'A boundary’s distance is the length of the least change that DeepFool finds to fool the AI, of the median image that it has right (grey levels in [0, 1]). An AI that tells a patient’s image from the same one without the lesion has its boundary between the two: no defence gets both of them farther from it than half of the lesion’s own length.';

function rows(): Row[] {
  const before = DIRECTIONS.map(
    (direction): Row => [
      `before: Loss_gen1 of ${NAMES[direction]}`,
      ({ attack }) => attack[direction].nmse,
      decimals(4),
    ],
  );
  return [
    ...qualityRows('before', (seed) => anyOf(seed)?.before),
    ...fooledRows('before', (seed) => anyOf(seed)?.before),
    ...before,
    ...distanceRows('before', (seed) => anyOf(seed)?.distance?.before),
    ...DEFENCES.flatMap(([name, found]) => defenceRows(name, found)),
    ['half of the lesion’s own length', halfOfLesion, decimals(2)],
  ];
}

function defenceRows(name: string, found: Find<DefenceRecord>): Row[] {
  const prices = DIRECTIONS.map(
    (direction): Row => [
      `${name}, attacked anew: Loss_gen1 of ${NAMES[direction]}`,
      (seed) => found(seed)?.attackedAnew.fidelity[direction].nmse,
      decimals(4),
    ],
  );
  return [
    ...qualityRows(name, (seed) => found(seed)?.after),
    ...fooledRows(`${name}, the old fakes`, (seed) => found(seed)?.after),
    ...fooledRows(`${name}, attacked anew`, (seed) => found(seed)?.attackedAnew),
    ...prices,
    ...distanceRows(name, (seed) => found(seed)?.distance?.after),
  ];
}

const qualityRows = (name: string, of: Find<VictimOutcome>): Row[] => [
  [`${name}: AUC on real test images`, (seed) => of(seed)?.auc.estimate, decimals(3)],
  [`${name}: real positives right`, (seed) => of(seed)?.positivesCorrect.rate, share],
  [`${name}: real negatives right`, (seed) => of(seed)?.negativesCorrect.rate, share],
];

const fooledRows = (name: string, of: Find<VictimOutcome>): Row[] =>
  DIRECTIONS.map((direction) => [
    `${name}: fooled by ${NAMES[direction]}`,
    (seed) => of(seed)?.fooled[direction].rate,
    share,
  ]);

const distanceRows = (name: string, of: Find<DefenceRecord['distance']['after']>): Row[] =>
  DIRECTIONS.map((direction) => [
    `${name}: boundary’s distance from real ${CLASSES[direction]}`,
    (seed) => of(seed)?.[direction].median,
    decimals(2),
  ]);

const NAMES = { remove: 'removal', insert: 'insertion' } as const;
const CLASSES = { remove: 'positives', insert: 'negatives' } as const;

function halfOfLesion(seed: SeedResults): number | null {
  const length = anyOf(seed)?.lesion?.median;
  return length === undefined || length === null ? null : length / 2;
}
