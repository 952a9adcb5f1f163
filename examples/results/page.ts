import { formatSeconds } from '../full-study/progress.ts';
import type { Control, DetectorResult, Estimate } from '../full-study/results.ts';
import type { SeedResults } from './campaign.ts';
import { defenceSection } from './defence-section.ts';
import { otherAttackSection } from './other-attack-section.ts';
import { resolutionSection } from './resolution-section.ts';
import {
  decimals,
  NONE,
  type Row,
  rateText,
  rowsTable,
  share,
  spreadText,
  table,
} from './summary.ts';

type Direction = 'remove' | 'insert';

/**
 * The tables of docs/results.md, every number from the files beside it.
 *
 * @param pictures - names of the triplets that lie there
 */
export function resultsTables(
  seeds: readonly SeedResults[],
  pictures: readonly string[] = [],
): string {
  const presets = [...new Set(seeds.map(({ preset }) => preset))];
  const groups = presets.map((preset) => seeds.filter((seed) => seed.preset === preset));
  const sections: readonly (readonly [string, string])[] = [
    ['Mean and range over seeds', overview(groups)],
    ['Fooling rates of each seed', perSeed(seeds)],
    ['What the fakes look like', gallery(pictures, presets)],
    ['Does resolution matter?', resolutionSection(groups)],
    ['Is it more than a change of that size? Controls', rowsTable(groups, controlRows(seeds))],
    ['The other generative attack', otherAttackSection(groups)],
    ['Does it carry over to another AI?', rowsTable(groups, transferRows())],
    ['Can a program tell the fakes?', rowsTable(groups, detectorRows())],
    ['Does a defence help?', defenceSection(groups)],
    ['Flaws of the fakes, before and after', flawsBeforeAndAfter(seeds)],
    ['Ablations', ablations(seeds)],
  ];
  return sections.map(([title, text]) => `## ${title}\n\n${text}`).join('\n\n');
}

function overview(groups: readonly (readonly SeedResults[])[]): string {
  const of = (direction: Direction) => (seed: SeedResults) => seed.attack[direction];
  const both = (
    name: string,
    value: (d: SeedResults['attack'][Direction]) => number | null | undefined,
    format: Row[2],
  ) =>
    (['remove', 'insert'] as const).map(
      (direction): Row => [`${direction}: ${name}`, (seed) => value(of(direction)(seed)), format],
    );
  return rowsTable(groups, [
    ['AI: AUC on real test images', ({ cad }) => cad.auc.estimate, decimals(3)],
    ['AI: real positives right', ({ cad }) => cad.positivesCorrect.rate, share],
    ['AI: real negatives right', ({ cad }) => cad.negativesCorrect.rate, share],
    [
      'AI: found cancers on which its heatmap’s peak depends',
      ({ cad }) => cad.heatmap?.hits.rate,
      share,
    ],
    ['AI: the same for a place drawn at random', ({ cad }) => cad.heatmap?.chance, share],
    ...both('**fooled**', ({ fooled }) => fooled.rate, share),
    ['AUC of fakes, flipped labels', ({ attack }) => attack.aucFlipped.estimate, decimals(4)],
    ...both('Loss_gen1', ({ nmse }) => nmse, decimals(4)),
    ...both('PSNR, dB', ({ psnr }) => psnr, decimals(1)),
    ...both('SSIM', ({ ssim }) => ssim, decimals(3)),
    ...both('area changed by more than 1/255', ({ changedArea }) => changedArea, share),
    [
      'remove: energy of the edit inside the lesion',
      ({ attack }) => attack.remove.localisation?.energyInLesion,
      share,
    ],
    [
      'remove: the same by chance (lesion’s share of the breast)',
      ({ attack }) => attack.remove.localisation?.lesionArea,
      share,
    ],
    [
      'remove: share of the lesion’s contrast removed (median image)',
      ({ attack }) => attack.remove.contrastRemoved?.share,
      share,
    ],
    [
      'remove: likeness to the perfect removal (cosine, median image)',
      ({ attack }) => attack.remove.contrastRemoved?.likeness,
      decimals(2),
    ],
    ...both(
      'streaks (1 where edits have no direction)',
      ({ flaws }) => flaws?.streaks,
      decimals(2),
    ),
    ...both('roughness of the edits', ({ flaws }) => flaws?.roughness, decimals(2)),
    ...both(
      'energy at the picture’s border (1 as anywhere)',
      ({ flaws }) => flaws?.border,
      decimals(2),
    ),
    ...both('energy outside the breast', ({ flaws }) => flaws?.outside, share),
    [
      'time of a study, s',
      ({ seconds }) => Object.values(seconds).reduce((a, b) => a + b, 0),
      decimals(0),
    ],
  ]);
}

/** Pictures of a preset's study first, then of its CycleGAN. */
function gallery(pictures: readonly string[], presets: readonly string[]): string {
  const shown = presets.flatMap((preset) => [
    { name: `${preset}-triplets.synthetic.png`, what: `Attack of the study, ${preset}` },
    { name: `${preset}-cycle-gan-triplets.synthetic.png`, what: `CycleGAN, ${preset}` },
  ]);
  const lines = shown
    .filter(({ name }) => pictures.includes(name))
    .map(({ name, what }) => `${what}:\n\n![${what}: ${ALT}](results/${name})`);
  return lines.length === 0 ? 'No pictures.' : lines.join('\n\n');
}

const ALT =
  'three phantoms with cancer removed, three with cancer inserted, each beside its original and the difference';

function perSeed(seeds: readonly SeedResults[]): string {
  const area = ({ estimate, lower, upper }: Estimate) =>
    estimate === null
      ? '–'
      : `${estimate.toFixed(3)} (${lower?.toFixed(3) ?? '–'}–${upper?.toFixed(3) ?? '–'})`;
  return table(
    [
      'preset',
      'seed',
      'engine',
      'AUC of the AI',
      'fooled by removal',
      'fooled by insertion',
      'both',
      'time',
    ],
    seeds.map(({ preset, seed, engine, cad, attack, seconds }) => [
      preset,
      String(seed),
      engine,
      area(cad.auc),
      rateText(attack.remove.fooled),
      rateText(attack.insert.fooled),
      rateText(attack.both),
      formatSeconds(Object.values(seconds).reduce((a, b) => a + b, 0)),
    ]),
  );
}

const CONTROL_NAMES: Readonly<Record<Control['name'], string>> = {
  blur: 'blur',
  'white-noise': 'white noise in the breast',
  'gradient-l2': 'PGD in an L2 ball',
  'identity-pass': 'generator before it met the AI',
  'target-class-pass': 'generator on images of the other class',
  'lesion-free-twin': 'the patient drawn without the lesion',
};

function controlRows(seeds: readonly SeedResults[]): Row[] {
  return (['remove', 'insert'] as const).flatMap((direction) => {
    const find = (seed: SeedResults, name: Control['name']) =>
      seed.attack.controls.find(
        (control) => control.direction === direction && control.name === name,
      );
    const names = (Object.keys(CONTROL_NAMES) as Control['name'][]).filter((name) =>
      seeds.some((seed) => find(seed, name)),
    );
    return [
      [`${direction}: **the attack**`, ({ attack }) => attack[direction].fooled.rate, share] as Row,
      ...names.flatMap((name): Row[] => [
        [`${direction}: ${CONTROL_NAMES[name]}`, (seed) => find(seed, name)?.fooled.rate, share],
        [
          `${direction}: ${CONTROL_NAMES[name]}, Loss_gen1`,
          (seed) => find(seed, name)?.nmse,
          decimals(4),
        ],
      ]),
    ];
  });
}

function transferRows(): Row[] {
  const victims = [
    ['other-seed', 'trained from another seed'],
    ['other-architecture', 'of another architecture (11 VGG modules)'],
  ] as const;
  return victims.flatMap(([victim, words]): Row[] => {
    const find = ({ probes }: SeedResults) => probes.transfer.find((one) => one.victim === victim);
    return [
      [`AI ${words}: AUC`, (seed) => find(seed)?.auc.estimate, decimals(3)],
      [`AI ${words}: fooled by removal`, (seed) => find(seed)?.fooled.remove.rate, share],
      [`AI ${words}: fooled by insertion`, (seed) => find(seed)?.fooled.insert.rate, share],
      [
        `AI ${words}: AUC of fakes, flipped labels`,
        (seed) => find(seed)?.aucFlipped.estimate,
        decimals(3),
      ],
    ];
  });
}

function detectorRows(): Row[] {
  const kinds = [
    ['power spectrum', (seed: SeedResults) => seed.detectors],
    ['network like the AI', (seed: SeedResults) => seed.probes.detector],
  ] as const;
  return kinds.flatMap(([name, of]) =>
    (['remove', 'insert'] as const).flatMap((direction): Row[] => {
      const find = (seed: SeedResults): DetectorResult | undefined =>
        of(seed).find((one) => one.direction === direction);
      return [
        [`${name}, ${direction}: AUC`, (seed) => find(seed)?.auc.estimate, decimals(3)],
        [`${name}, ${direction}: fakes found`, (seed) => find(seed)?.detected?.rate, share],
        [
          `${name}, ${direction}: false alarms (5 % wanted)`,
          (seed) => find(seed)?.falseAlarms?.rate,
          share,
        ],
        [
          `${name}, ${direction}: the AI is fooled and the fake not found`,
          (seed) => find(seed)?.unnoticed?.rate,
          share,
        ],
      ];
    }),
  );
}

/** Seeds that were also attacked with the loss of before: generators of one AI, told apart by their loss alone. */
function flawsBeforeAndAfter(seeds: readonly SeedResults[]): string {
  const pairs = seeds.flatMap((seed) => {
    const before = seed.probes.ablations.find(({ name }) => name === 'plain-generator-loss');
    return before ? [{ before, after: seed.attack }] : [];
  });
  if (pairs.length === 0) return 'Not run.';
  const measures = [
    ['streaks', ({ flaws }: Measured) => flaws?.streaks, decimals(2)],
    ['roughness', ({ flaws }: Measured) => flaws?.roughness, decimals(2)],
    ['energy at the border', ({ flaws }: Measured) => flaws?.border, decimals(2)],
    ['energy outside the breast', ({ flaws }: Measured) => flaws?.outside, share],
    ['PSNR, dB', ({ psnr }: Measured) => psnr, decimals(1)],
    ['SSIM', ({ ssim }: Measured) => ssim, decimals(3)],
    ['energy in the lesion', ({ localisation }: Measured) => localisation?.energyInLesion, share],
  ] as const;
  const rows = (['remove', 'insert'] as const).flatMap((direction) => {
    const fooled = [
      `${direction}: fooled`,
      spreadText(
        pairs.map(({ before }) => before.fooled[direction].rate),
        share,
      ),
      spreadText(
        pairs.map(({ after }) => after[direction].fooled.rate),
        share,
      ),
    ];
    const measured = measures.map(([name, value, format]) => [
      `${direction}: ${name}`,
      spreadText(
        pairs.map(({ before }) => value(before.fidelity[direction])),
        format,
      ),
      spreadText(
        pairs.map(({ after }) => value(after[direction])),
        format,
      ),
    ]);
    return [fooled, ...measured.filter(([, ...cells]) => cells.some((cell) => cell !== NONE))];
  });
  return table(['', 'before: 3 · Loss_gen1 alone', 'after: as the study'], rows);
}

/** What a direction's fakes are measured by, in the study and in its ablations. */
type Measured = Pick<SeedResults['attack'][Direction], 'psnr' | 'ssim' | 'localisation' | 'flaws'>;

function ablations(seeds: readonly SeedResults[]): string {
  const names = [
    ...new Set(seeds.flatMap(({ probes }) => probes.ablations.map(({ name }) => name))),
  ];
  if (names.length === 0) return 'Not run.';
  const rows = names.map((name) => {
    const found = seeds.flatMap(({ probes }) =>
      probes.ablations.filter((one) => one.name === name),
    );
    const text = (
      value: (one: (typeof found)[number]) => number | null | undefined,
      format: Row[2],
    ) => spreadText(found.map(value), format);
    return [
      found[0]?.description ?? name,
      text(({ auc }) => auc.estimate, decimals(3)),
      ...(['remove', 'insert'] as const).flatMap((direction) => [
        text(({ fooled }) => fooled[direction].rate, share),
        text(({ fidelity }) => fidelity[direction].nmse, decimals(4)),
        text(({ fidelity }) => fidelity[direction].ssim, decimals(3)),
      ]),
      text(({ fidelity }) => fidelity.remove.localisation?.energyInLesion, share),
      text(({ fidelity }) => fidelity.remove.flaws?.streaks, decimals(2)),
      text(({ fidelity }) => fidelity.insert.flaws?.streaks, decimals(2)),
    ];
  });
  const streaks = (['remove', 'insert'] as const).map((direction) => `${direction}: streaks`);
  const columns = (['remove', 'insert'] as const).flatMap((direction) =>
    ['fooled', 'Loss_gen1', 'SSIM'].map((name) => `${direction}: ${name}`),
  );
  return table(['', 'AUC of the AI', ...columns, 'energy in the lesion', ...streaks], rows);
}
