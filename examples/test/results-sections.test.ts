import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { SeedResults } from '../results/campaign.ts';
import { defenceSection } from '../results/defence-section.ts';
import { otherAttackSection } from '../results/other-attack-section.ts';
import { resolutionSection } from '../results/resolution-section.ts';

const path = fileURLToPath(new URL('../../docs/results/small-seed101.json', import.meta.url));
const FILE = JSON.parse(readFileSync(path, 'utf8'));
const SMALL: SeedResults = { ...FILE, probes: { ...FILE.probes, cycleGan: null } };

/** A seed of another preset in which so many removals fool. */
function seedOf(preset: string, seed: number, removed: number): SeedResults {
  const { attack } = SMALL;
  const fooled = { k: removed, n: 100, rate: removed / 100, lower: 0, upper: 1 };
  return { ...SMALL, preset, seed, attack: { ...attack, remove: { ...attack.remove, fooled } } };
}

const rowOf = (section: string, name: string) =>
  section.split('\n').find((line) => line.startsWith(`| ${name} `));

test('sizes stand beside the paper’s, and what changes is measured on the seeds that both have', () => {
  const small = [seedOf('small', 1, 50), seedOf('small', 2, 60), seedOf('small', 3, 0)];
  const medium = [seedOf('medium', 1, 70), seedOf('medium', 2, 60)];
  const section = resolutionSection([small, medium]);
  const rows = section.split('\n').filter((line) => line.startsWith('| remove: **fooled** '));
  expect(rows).toEqual([
    '| remove: **fooled** | 36.7 % (0.0 %–60.0 %; 3) | 65.0 % (60.0 %–70.0 %; 2) | 88.4 % | 95.5 % (42/44) |',
    '| remove: **fooled** | +10.0 % (+0.0 %–+20.0 %; 2) | +7.1 % |',
  ]);
  expect(section).toContain('0.9 (small), 0.97 (medium)');
});

test('one size alone has no changes', () => {
  expect(resolutionSection([[SMALL]])).not.toContain('change, same seeds');
});

test('the CycleGAN stands beside the study’s attack of the seeds on which it was run', () => {
  expect(otherAttackSection([[SMALL]])).toBe('Not run.');
  const { remove, insert } = SMALL.attack;
  const cycleGan = {
    ...{ auc: SMALL.cad.auc, aucFlipped: SMALL.attack.aucFlipped },
    positivesCorrect: SMALL.cad.positivesCorrect,
    negativesCorrect: SMALL.cad.negativesCorrect,
    fooled: { remove: { ...remove.fooled, rate: 0.25 }, insert: insert.fooled },
    fidelity: { remove: { ...remove, nmse: 0.5 }, insert },
    steps: { remove: 5, insert: 5 },
    batch: 4,
    lossJudges: { remove: 0.25, insert: 0.125 },
  };
  const tried = seedOf('small', 1, 50);
  const section = otherAttackSection([
    [seedOf('small', 2, 0), { ...tried, probes: { ...tried.probes, cycleGan } }],
  ]);
  expect(rowOf(section, 'remove: fooled, the attack of the study')).toContain('| 50.0 % (1) |');
  expect(rowOf(section, 'remove: fooled, CycleGAN')).toContain('| 25.0 % (1) |');
  expect(rowOf(section, 'remove: Loss_gen1, CycleGAN')).toContain('| 0.5000 (1) |');
  expect(rowOf(section, 'insert: loss of the CycleGAN’s judge')).toContain('| 0.125 (1) |');
});

test('a defence is told with what it costs to fool the AI before and after', () => {
  const untried = { defence: null, adversarialTraining: null };
  const none = { ...SMALL, probes: { ...SMALL.probes, ...untried } };
  expect(defenceSection([[none]])).toBe('Not run.');
  const { defence } = SMALL.probes;
  if (defence === null) throw new Error('small seed 101 must hold a defence');
  const at = (median: number) => ({ images: 3, median });
  const tried = {
    ...defence,
    lesion: at(0.9),
    distance: {
      before: { remove: at(0.25), insert: at(0.125) },
      after: { remove: at(0.5), insert: at(0.0625) },
    },
  };
  const section = defenceSection([
    [none, { ...SMALL, probes: { ...SMALL.probes, ...untried, defence: tried } }],
  ]);
  expect(rowOf(section, 'before: boundary’s distance from real positives')).toContain(
    '| 0.25 (1) |',
  );
  expect(rowOf(section, 'fine-tuned on fakes: boundary’s distance from real negatives')).toContain(
    '| 0.06 (1) |',
  );
  expect(rowOf(section, 'half of the lesion’s own length')).toContain('| 0.45 (1) |');
  const price = defence.attackedAnew.fidelity.remove.nmse.toFixed(4);
  expect(rowOf(section, 'fine-tuned on fakes, attacked anew: Loss_gen1 of removal')).toContain(
    `| ${price} (1) |`,
  );
  const other = { ...SMALL, probes: { ...SMALL.probes, ...untried, adversarialTraining: tried } };
  const both = defenceSection([[other]]);
  expect(rowOf(both, 'adversarially trained, attacked anew: Loss_gen1 of removal')).toContain(
    price,
  );
  expect(rowOf(both, 'before: boundary’s distance from real positives')).toContain('| 0.25 (1) |');
  expect(both).not.toContain('fine-tuned');
});
