import { type CadHeatmap, type CadModel, drawHeatmap, heatmaps } from '@mammo/cad-classifier';
import { type ImageSet, subset, writePng } from '@mammo/mammo-io';
import { proportion } from '@mammo/reader-study-stats';
import type { Cohort } from '../cohort.ts';
import { rateOf } from '../rates.ts';
import type { HeatmapResult } from '../results.ts';
import type { ScoringOptions } from './score-pixels.ts';

/** The sheet's name in the evaluation's folder. */
export const HEATMAPS = 'heatmaps.png';

/** Positive test images on the sheet. */
const SHOWN = 6;
/** Space between pictures, in pixels. */
const GAP = 4;

/** What the heatmaps of the positive test images show. */
export interface HeatmapLook {
  /** Null where the cohort has no masks of its lesions. */
  readonly result: HeatmapResult | null;
  /** The first images, each beside its heatmap, as a PNG. */
  readonly sheet: Uint8Array;
}

/** Draws where the AI finds its evidence in positive images, and counts how often that is the lesion. */
export async function lookAtHeatmaps(
  cad: CadModel,
  { set }: Cohort,
  sources: readonly number[],
  options: ScoringOptions & { readonly text: Record<string, string> },
): Promise<HeatmapLook> {
  const { batch, signal, text } = options;
  const positives = subset(set, sources);
  const maps = await heatmaps(cad, positives, { batch, signal });
  return {
    result: await hitsOf(positives, maps),
    sheet: await sheetOf(positives, maps.slice(0, SHOWN), text),
  };
}

async function hitsOf(set: ImageSet, maps: readonly CadHeatmap[]): Promise<HeatmapResult | null> {
  if (!set.mask) return null;
  let [hits, seen, chance] = [0, 0, 0];
  for (const [i, map] of maps.entries()) {
    if (map.margin <= 0) continue;
    const centre = centreOf(await set.mask(i), set.width);
    if (!centre) continue;
    seen++;
    const { top, left, bottom, right } = map.peak.field;
    const { row, column } = centre;
    if (row >= top && row <= bottom && column >= left && column <= right) hits++;
    chance += shareOfElements(map, centre);
  }
  return { hits: rateOf(proportion(hits, seen)), chance: seen === 0 ? null : chance / seen };
}

/** Share of the map's elements that depend on a pixel. */
function shareOfElements(
  { height, width, field: { size, stride, offset } }: CadHeatmap,
  { row, column }: { readonly row: number; readonly column: number },
): number {
  const along = (count: number, pixel: number): number =>
    Array.from({ length: count }, (_, i) => pixel - offset - i * stride).filter(
      (within) => within >= 0 && within < size,
    ).length / count;
  return along(height, row) * along(width, column);
}

function centreOf(mask: Uint8Array, width: number) {
  let [count, rows, columns] = [0, 0, 0];
  for (const [at, inside] of mask.entries()) {
    if (inside === 0) continue;
    count++;
    rows += Math.floor(at / width);
    columns += at % width;
  }
  return count === 0 ? undefined : { row: rows / count, column: columns / count };
}

async function sheetOf(
  set: ImageSet,
  maps: readonly CadHeatmap[],
  text: Record<string, string>,
): Promise<Uint8Array> {
  const scale = Math.max(1, Math.round(192 / set.height));
  const [height, width] = [set.height * scale, set.width * scale];
  const sheetWidth = maps.length * width + (maps.length - 1) * GAP;
  const pixels = new Uint8Array(3 * sheetWidth * (2 * height + GAP)).fill(255);
  for (const [i, map] of maps.entries()) {
    const image = { pixels: await set.pixels(i), height: set.height, width: set.width };
    const plain = drawHeatmap(image, { ...map, peak: { ...map.peak, evidence: 0 } }, { scale });
    const drawn = drawHeatmap(image, map, { scale });
    for (const [row, picture] of [plain, drawn].entries()) {
      for (let y = 0; y < height; y++) {
        const line = picture.pixels.subarray(3 * y * width, 3 * (y + 1) * width);
        pixels.set(line, 3 * ((row * (height + GAP) + y) * sheetWidth + i * (width + GAP)));
      }
    }
  }
  return writePng({ pixels, height: 2 * height + GAP, width: sheetWidth, channels: 3, text });
}
