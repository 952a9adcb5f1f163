import { readFileSync } from 'node:fs';
import { attackSchedule } from '../src/index.ts';

/**
 * What the whole study would take on one H200, from measured steps: the arithmetic, as a Markdown table.
 *
 *   npm run bench:gpu-hours -w packages/gan-attack
 *
 * Measured is the classifier's step with penalty at 1024×832; other steps and 1728×1408 follow from their multiplications, each step counted in
 * forward passes of its networks.
 */

/** GMAC of one image forward. */
const SIZES = [
  { name: '1024×832', classifier: 130, generator: 429 },
  { name: '1728×1408', classifier: 370, generator: 1225 },
] as const;
type SizeCosts = (typeof SIZES)[number];

/** Forward passes that a training step amounts to, for each image: forward, gradient of the input, of the weights. */
const PLAIN = 3;
const WITH_PENALTY = 6.5;

/** Training images of the paper's split, 80 % of 918 negative women with four images each. */
const NEGATIVES = 2936;

/** Epochs whose generators the released program keeps. */
const KEPT_EPOCH = { remove: 280, insert: 320 } as const;
const CLASSIFIER_EPOCHS = 82;

/** GMAC of the parts of the study. */
function costs({ classifier, generator }: SizeCosts) {
  const pairs = 2;
  const perEpoch = Math.ceil(NEGATIVES / pairs);
  const reconstruct = pairs * PLAIN * generator;
  const discriminator = pairs * (WITH_PENALTY * classifier + PLAIN * classifier + generator);
  const generatorStep = pairs * PLAIN * (generator + classifier);
  const attack = (epochs: number): number => {
    let left = epochs * perEpoch;
    let total = 0;
    for (const stage of attackSchedule('released', { stepsPerEpoch: perEpoch }).stages) {
      const steps = Math.min(left, stage.maxSteps);
      left -= steps;
      if (stage.name === 'reconstruct') total += steps * reconstruct;
      else if (stage.name === 'critic-warm-up') total += steps * discriminator;
      else total += steps * (discriminator + generatorStep / (stage.generatorEvery ?? 1));
    }
    return total;
  };
  return {
    classifier: CLASSIFIER_EPOCHS * Math.ceil(NEGATIVES / 4) * 8 * WITH_PENALTY * classifier,
    remove: attack(KEPT_EPOCH.remove),
    insert: attack(KEPT_EPOCH.insert),
  };
}

interface Measurement {
  readonly what: string;
  readonly peers: readonly { readonly peer: string; readonly wallMs?: number }[];
}

/** GMAC a second of each peer in the classifier's step with penalty on 1 + 1 images of 1024×832. */
function rates(): readonly (readonly [peer: string, rate: number])[] {
  const path = new URL('results/h200-paper-low.json', import.meta.url);
  const { results } = JSON.parse(readFileSync(path, 'utf8')) as { results: Measurement[] };
  const step = results.find(({ what }) => what === 'cad_step_gp');
  const work = 2 * WITH_PENALTY * SIZES[0].classifier;
  return (step?.peers ?? []).flatMap(({ peer, wallMs }) =>
    wallMs === undefined ? [] : [[peer, (1000 * work) / wallMs] as const],
  );
}

const rows = rates().flatMap(([peer, rate]) =>
  SIZES.map((size) => {
    const parts = costs(size);
    const hours = Object.values({
      ...parts,
      all: parts.classifier + parts.remove + parts.insert,
    }).map((work) => (work / rate / 3600).toFixed(0));
    return [peer, rate.toFixed(0), size.name, ...hours];
  }),
);
const head = ['engine', 'GMAC/s', 'size', 'classifier, h', 'remove, h', 'insert, h', 'all, h'];
for (const row of [head, head.map(() => '---'), ...rows])
  process.stdout.write(`| ${row.join(' | ')} |\n`);
