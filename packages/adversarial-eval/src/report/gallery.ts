import { formatNumber, type Html, html, trusted } from '@mammo/reader-study-stats/report';
import type { EvaluatedPair } from '../paired-evaluation.ts';
import { type TripletImages, type TripletOptions, tripletPictures } from './triplet-pictures.ts';

/** Rules for {@link galleryHtml}, to be added to the page's. */
export const GALLERY_STYLE = `
.triplet { display: inline-block; margin: 0 16px 20px 0; vertical-align: top; break-inside: avoid; }
.triplet div { display: flex; flex-wrap: wrap; gap: 4px; }
.triplet img { display: block; height: auto; }
`;

/**
 * Triplets real | fake | difference as figures with captions. Scores and outcome are told where the
 * case is among the pairs.
 *
 * @example
 * ```ts
 * const [real, fake] = [new Float32Array(256), new Float32Array(256).fill(0.5)];
 * const triplet = { caseId: 'a', real, fake, height: 16, width: 16, maximum: 1 };
 * htmlText(galleryHtml([triplet])).includes('synthetic fake'); // => true
 * ```
 */
export function galleryHtml(
  triplets: readonly TripletImages[],
  options: TripletOptions & { readonly pairs?: readonly EvaluatedPair[] } = {},
): Html {
  const { pairs = [], gain = 4 } = options;
  const byCase = new Map(pairs.map((pair) => [pair.caseId, pair]));
  return html`${triplets.map((images) => {
    const { caseId } = images;
    const { height, width, ...sources } = tripletPictures(images, options);
    const picture = (source: string, alt: string): Html =>
      html`<img src="${trusted(source)}" width="${width}" height="${height}" alt="${alt}">`;
    return html`<figure class="triplet"><div>
${picture(sources.real, `${caseId}: real image`)}
${picture(sources.fake, `${caseId}: synthetic fake`)}
${picture(sources.difference, `${caseId}: difference, synthetic`)}
</div><figcaption>${caseId}: ${scoresOf(byCase.get(caseId))}real | fake (synthetic) | difference ×${gain}, red where the fake is brighter</figcaption></figure>
`;
  })}`;
}

function scoresOf(pair: EvaluatedPair | undefined): string {
  if (pair === undefined) return '';
  const { label, scoreReal, scoreFake, outcome } = pair;
  return `${label}, score ${formatNumber(scoreReal)} → ${formatNumber(scoreFake)}, ${outcome}; `;
}
