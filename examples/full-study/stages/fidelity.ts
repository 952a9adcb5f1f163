import { fidelityAccumulator } from '@mammo/adversarial-eval';
import type { Cohort } from '../cohort.ts';
import { median } from '../median.ts';
import type { ContrastRemoved, DirectionResult } from '../results.ts';
import { editFlaws } from './edit-flaws.ts';

/** How near the fakes of a direction are to their originals. */
export type Fidelity = Pick<
  DirectionResult,
  'nmse' | 'psnr' | 'ssim' | 'changedArea' | 'localisation' | 'flaws'
>;

/**
 * Measures fakes against their originals.
 *
 * @param sources - indices of the originals
 * @param fakes - in their order
 */
export async function fidelityOf(
  { set, record }: Cohort,
  sources: readonly number[],
  fakes: readonly Uint16Array[],
): Promise<Fidelity> {
  const { height, width } = record;
  const fidelity = fidelityAccumulator({ height, width, maximum: 65535 });
  const originals: Uint16Array[] = [];
  for (const [i, index] of sources.entries()) {
    const fake = fakes[i];
    if (!fake) continue;
    const real = await set.pixels(index);
    originals.push(real);
    const isPositive = set.images[index]?.label === 'positive';
    const mask = isPositive && set.mask ? await set.mask(index) : undefined;
    fidelity.add(real, fake, mask && { lesion: mask });
  }
  const { nmse, psnr, ssim, changedArea, localisation } = fidelity.summary();
  return {
    nmse: nmse.value ?? 0,
    psnr: psnr.mean,
    ssim: ssim.mean ?? 1,
    changedArea: changedArea.mean ?? 0,
    flaws: editFlaws(originals, fakes, { height, width }),
    localisation: localisation && {
      energyInLesion: localisation.energyShare,
      lesionArea: localisation.areaShare,
    },
  };
}

/** An image, its fake, and the same patient drawn without the lesion. */
export interface Removal {
  readonly real: Uint16Array;
  readonly fake: Uint16Array;
  readonly twin: Uint16Array;
}

/**
 * How much of what the lesion adds to an image its removal takes away. With ideal edit d = real − twin and edit
 * e = real − fake, the share is ⟨e, d⟩ / ‖d‖², 1 for the perfect removal, and the likeness ⟨e, d⟩ / (‖e‖ ‖d‖).
 */
export function contrastRemoved(removals: readonly Removal[]): ContrastRemoved | null {
  const shares: number[] = [];
  const likenesses: number[] = [];
  for (const { real, fake, twin } of removals) {
    let [product, ideal, own] = [0, 0, 0];
    for (const [i, level] of real.entries()) {
      const [d, e] = [level - (twin[i] ?? level), level - (fake[i] ?? level)];
      product += e * d;
      ideal += d * d;
      own += e * e;
    }
    if (ideal === 0 || own === 0) continue;
    shares.push(product / ideal);
    likenesses.push(product / Math.sqrt(ideal * own));
  }
  const [share, likeness] = [median(shares), median(likenesses)];
  return share === null || likeness === null ? null : { images: shares.length, share, likeness };
}
