import { DIRECTIONS } from '../full-study/fakes.ts';
import type { SeedResults } from './campaign.ts';
import { decimals, type Row, share, triedSection } from './summary.ts';

/** The study's attack beside a CycleGAN, on the seeds that have both. */
export function otherAttackSection(groups: readonly (readonly SeedResults[])[]): string {
  const wasTried = ({ probes }: SeedResults) => probes.cycleGan !== null;
  return triedSection(groups, wasTried, { words: WORDS, rows: rows() });
}

const WORDS =
  'A CycleGAN (Becker et al. 2018) learns from unpaired images of both classes; the AI is not in its loss, and is only shown its fakes. Both attacks have the same generator network and training images.';

function rows(): Row[] {
  const measures = [
    ['fooled', 'rate'],
    ['Loss_gen1', 'nmse'],
    ['PSNR, dB', 'psnr'],
    ['SSIM', 'ssim'],
  ] as const;
  const numberOf = (
    seed: SeedResults,
    attack: 'study' | 'cycle-gan',
    direction: (typeof DIRECTIONS)[number],
    measure: (typeof measures)[number][1],
  ): number | null | undefined => {
    const { cycleGan } = seed.probes;
    if (measure === 'rate') {
      return attack === 'study'
        ? seed.attack[direction].fooled.rate
        : cycleGan?.fooled[direction].rate;
    }
    return attack === 'study'
      ? seed.attack[direction][measure]
      : cycleGan?.fidelity[direction][measure];
  };
  const formats = { rate: share, nmse: decimals(4), psnr: decimals(1), ssim: decimals(3) };
  const byMeasure = DIRECTIONS.flatMap((direction) =>
    measures.flatMap(([name, measure]) =>
      (['study', 'cycle-gan'] as const).map(
        (attack): Row => [
          `${direction}: ${name}, ${NAMES[attack]}`,
          (seed) => numberOf(seed, attack, direction, measure),
          formats[measure],
        ],
      ),
    ),
  );
  const judges = DIRECTIONS.map(
    (direction): Row => [
      `${direction}: loss of the CycleGAN’s judge in the last step`,
      ({ probes }) => probes.cycleGan?.lossJudges[direction],
      decimals(3),
    ],
  );
  return [
    ...byMeasure,
    ...judges,
    [
      `remove: energy of the edit inside the lesion, ${NAMES.study}`,
      ({ attack }) => attack.remove.localisation?.energyInLesion,
      share,
    ],
    [
      `remove: energy of the edit inside the lesion, ${NAMES['cycle-gan']}`,
      ({ probes }) => probes.cycleGan?.fidelity.remove.localisation?.energyInLesion,
      share,
    ],
    [
      `AUC of fakes, flipped labels, ${NAMES.study}`,
      ({ attack }) => attack.aucFlipped.estimate,
      decimals(3),
    ],
    [
      `AUC of fakes, flipped labels, ${NAMES['cycle-gan']}`,
      ({ probes }) => probes.cycleGan?.aucFlipped.estimate,
      decimals(3),
    ],
  ];
}

const NAMES = { study: 'the attack of the study', 'cycle-gan': 'CycleGAN' } as const;
