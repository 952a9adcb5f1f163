/** Scores phantoms and shows where the evidence is: `npm run example -- examples/score-with-a-heatmap.ts [PICTURE.png]`. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  cadOptions,
  cadSchedule,
  createCadModel,
  drawHeatmap,
  heatmaps,
  score,
  trainCad,
} from '@mammo/cad-classifier';
import { SYNTHETIC_MARK, writePng } from '@mammo/mammo-io';
import { chooseEngine } from '@mammo/tfjs-engine';
import { check, say } from './check.ts';
import { smallCohort } from './small-cohort.ts';

const picture = process.argv[2] ?? join(tmpdir(), 'heatmap.synthetic.png');
await chooseEngine('auto');
const set = smallCohort(3, 40);
const options = cadOptions('small', { height: 48, width: 40, channelMultiplier: 1 / 8 });
const model = createCadModel(options, { seed: 1, initialiser: 'he' });
const phases = [{ name: 'all', steps: 60, learningRates: { vnet: 1e-3, fnet: 1e-3, head: 1e-3 } }];
await trainCad(
  model,
  { training: smallCohort(1, 60), validation: smallCohort(2, 20) },
  { schedule: { ...cadSchedule('small'), perClass: 8, validateEvery: 30, phases }, seed: 1 },
);
const { logits, probabilities } = await score(model, set);
const maps = await heatmaps(model, set);
model.dispose();

let [hits, cancers, chance] = [0, 0, 0];
for (const [i, { label }] of set.images.entries()) {
  const mask = label === 'positive' ? await set.mask?.(i) : undefined;
  if (mask === undefined) continue;
  const { field } = maps[i]!.peak;
  const inside = (place: number) => {
    const [row, column] = [Math.floor(place / set.width), place % set.width];
    return row >= field.top && row <= field.bottom && column >= field.left && column <= field.right;
  };
  cancers += 1;
  if (mask.some((value, place) => value > 0 && inside(place))) hits += 1;
  const area = (field.bottom - field.top + 1) * (field.right - field.left + 1);
  chance += area / (set.height * set.width);
}
say(
  `the peak's field holds the cancer in ${hits} of ${cancers} images (its share of the image: ${(chance / cancers).toFixed(2)})`,
);

const best = probabilities.indexOf(Math.max(...probabilities));
const strongest = { pixels: await set.pixels(best), height: set.height, width: set.width };
const drawn = drawHeatmap(strongest, maps[best]!, { scale: 8 });
await writeFile(picture, writePng({ ...drawn, text: SYNTHETIC_MARK }));
say(`drawn: ${picture}, the image with the highest score, ${probabilities[best]!.toFixed(2)}`);

const margins = maps.map(({ margin }, i) =>
  Math.abs(margin - (logits[2 * i]! - logits[2 * i + 1]!)),
);
check('heatmap and score agree on every margin, to 1e-3', Math.max(...margins) < 1e-3);
check(
  'the peak finds the cancer more often than its area would',
  hits / cancers > chance / cancers,
);
