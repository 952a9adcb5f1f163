import { DIRECTIONS } from '../full-study/fakes.ts';
import type { SeedResults } from './campaign.ts';
import { decimals, type Row, share, triedSection } from './summary.ts';

const STAGES = [
  ['before', 'before'],
  ['after', 'fine-tuned, the old fakes'],
  ['attackedAnew', 'fine-tuned, attacked anew'],
] as const;

/** The AI before and after it was fine-tuned on fakes, on the seeds on which that was tried. */
export function defenceSection(groups: readonly (readonly SeedResults[])[]): string {
  const wasTried = ({ probes }: SeedResults) => probes.defence !== null;
  return triedSection(groups, wasTried, { words: WORDS, rows: rows() });
}

const WORDS =
  'A boundary’s distance is the length of the least change that DeepFool finds to fool the AI, of the median image that it has right (grey levels in [0, 1]). An AI that tells a patient’s image from the same one without the lesion has its boundary between the two: no defence gets both of them farther from it than half of the lesion’s own length.';

function rows(): Row[] {
  const outcomes = STAGES.flatMap(([stage, name]): Row[] => {
    const of = ({ probes }: SeedResults) => probes.defence?.[stage];
    return [
      [`${name}: AUC on real test images`, (seed) => of(seed)?.auc.estimate, decimals(3)],
      [`${name}: real positives right`, (seed) => of(seed)?.positivesCorrect.rate, share],
      [`${name}: real negatives right`, (seed) => of(seed)?.negativesCorrect.rate, share],
      [`${name}: fooled by removal`, (seed) => of(seed)?.fooled.remove.rate, share],
      [`${name}: fooled by insertion`, (seed) => of(seed)?.fooled.insert.rate, share],
    ];
  });
  const prices = DIRECTIONS.flatMap((direction): Row[] => [
    [
      `before: Loss_gen1 of ${NAMES[direction]}`,
      ({ attack }) => attack[direction].nmse,
      decimals(4),
    ],
    [
      `fine-tuned, attacked anew: Loss_gen1 of ${NAMES[direction]}`,
      ({ probes }) => probes.defence?.attackedAnew.fidelity[direction].nmse,
      decimals(4),
    ],
  ]);
  const distances = DIRECTIONS.flatMap((direction) =>
    (['before', 'after'] as const).map(
      (stage): Row => [
        `${stage === 'before' ? 'before' : 'fine-tuned'}: boundary’s distance from real ${CLASSES[direction]}`,
        ({ probes }) => probes.defence?.distance?.[stage][direction].median,
        decimals(2),
      ],
    ),
  );
  return [
    ...outcomes,
    ...prices,
    ...distances,
    ['half of the lesion’s own length', halfOfLesion, decimals(2)],
  ];
}

const NAMES = { remove: 'removal', insert: 'insertion' } as const;
const CLASSES = { remove: 'positives', insert: 'negatives' } as const;

function halfOfLesion({ probes }: SeedResults): number | null {
  const length = probes.defence?.lesion?.median;
  return length === undefined || length === null ? null : length / 2;
}
