import { readFileSync } from 'node:fs';
import { formatSeconds } from './progress.ts';
import type { Control, Estimate, Rate, StudyResults } from './results.ts';

/**
 * Prints a Markdown table of several studies: `npm run study:table -- docs/results/*.json`.
 * docs/results.md holds what it printed for the files beside it.
 */
function main(paths: readonly string[]): void {
  if (paths.length === 0) {
    console.error('study:table: name at least one results.json');
    process.exitCode = 1;
    return;
  }
  const studies = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')) as StudyResults);
  const rows: readonly (readonly [string, (study: StudyResults) => string])[] = [
    ['engine', ({ engine }) => engine],
    ['AUC, real test images', ({ cad }) => area(cad.auc)],
    ['real positives right', ({ cad }) => rate(cad.positivesCorrect)],
    ['real negatives right', ({ cad }) => rate(cad.negativesCorrect)],
    ['**fooled by removal**', ({ attack }) => rate(attack.remove.fooled)],
    ['**fooled by insertion**', ({ attack }) => rate(attack.insert.fooled)],
    ['AUC of fakes, flipped labels', ({ attack }) => area(attack.aucFlipped)],
    ['Loss_gen1 removal / insertion', fidelity((d) => d.nmse.toFixed(4))],
    ['SSIM removal / insertion', fidelity((d) => d.ssim.toFixed(3))],
    ['PSNR removal / insertion, dB', fidelity((d) => d.psnr?.toFixed(1) ?? '–')],
    ['removal’s energy in the lesion (its area)', localisation],
    ['control: blur, removal / insertion', control('blur')],
    ['control: white noise, removal / insertion', control('white-noise')],
    ['control: lesion-free twin, removal', control('lesion-free-twin')],
    ['time', ({ seconds }) => formatSeconds(Object.values(seconds).reduce((a, b) => a + b, 0))],
    ['of it cohort, AI, attack', times],
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  console.log(line(['', ...studies.map(({ preset, seed }) => `${preset}, seed ${seed}`)]));
  console.log(line(['---', ...studies.map(() => '---')]));
  for (const [name, cell] of rows) console.log(line([name, ...studies.map(cell)]));
}

function rate({ k, n, rate: share, lower, upper }: Rate): string {
  if (share === null || lower === null || upper === null) return '–';
  const percent = (value: number) => (100 * value).toFixed(1);
  return `${percent(share)} % (${k}/${n}; ${percent(lower)}–${percent(upper)})`;
}

function area({ estimate, lower, upper }: Estimate): string {
  if (estimate === null) return '–';
  if (lower === null || upper === null) return estimate.toFixed(3);
  return `${estimate.toFixed(3)} (${lower.toFixed(3)}–${upper.toFixed(3)})`;
}

function fidelity(of: (direction: StudyResults['attack']['remove']) => string) {
  return ({ attack }: StudyResults) => `${of(attack.remove)} / ${of(attack.insert)}`;
}

function localisation({ attack }: StudyResults): string {
  const found = attack.remove.localisation;
  if (!found) return '–';
  return `${(100 * found.energyInLesion).toFixed(0)} % (${(100 * found.lesionArea).toFixed(1)} %)`;
}

function control(name: Control['name']) {
  return ({ attack }: StudyResults) =>
    attack.controls
      .filter((one) => one.name === name)
      .map(({ fooled }) => (fooled.rate === null ? '–' : `${(100 * fooled.rate).toFixed(1)} %`))
      .join(' / ') || '–';
}

function times({ seconds }: StudyResults): string {
  return ['cohort', 'cad', 'attack'].map((stage) => formatSeconds(seconds[stage] ?? 0)).join(', ');
}

main(process.argv.slice(2));
