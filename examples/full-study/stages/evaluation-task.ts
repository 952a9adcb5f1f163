import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluatePaired, fidelityAccumulator, type PairedRecord } from '@mammo/adversarial-eval';
import { type CadModel, loadCad } from '@mammo/cad-classifier';
import { createGenerator, type Generator, loadGenerator } from '@mammo/gan-attack';
import type { EngineName } from '@mammo/tfjs-engine';
import { type Cohort, type CohortRecord, openCohort, withLabel } from '../cohort.ts';
import { startEngine } from '../engines.ts';
import { DIRECTIONS, type Direction, SOURCE_LABEL } from '../fakes.ts';
import { PRESETS, type PresetName } from '../presets.ts';
import { estimateOf, rateOf } from '../rates.ts';
import { fakedSources, makeReaderPlan } from '../reader-plan.ts';
import type { Control, DirectionResult, Estimate, Rate } from '../results.ts';
import { writeJson } from '../study-folder.ts';
import type { TaskContext } from '../task-context.ts';
import { measureControls } from './controls.ts';
import { generatePixels, storeFakes, writeTestSet } from './make-fakes.ts';
import { type ScoringOptions, scorePixels } from './score-pixels.ts';
import { drawTwins } from './twins.ts';

export interface EvaluationInput {
  readonly studyPath: string;
  readonly cohort: CohortRecord;
  readonly preset: PresetName;
  readonly engine: EngineName;
  readonly threads: number;
  readonly seed: number;
}

/** How near the fakes of a direction are to their originals. */
type Fidelity = Pick<DirectionResult, 'nmse' | 'psnr' | 'ssim' | 'localisation'>;

/** What the evaluation found: the numbers of Table 1 and the controls. */
export interface EvaluationRecord {
  readonly auc: Estimate;
  readonly aucFlipped: Estimate;
  readonly positivesCorrect: Rate;
  readonly negativesCorrect: Rate;
  readonly both: Rate;
  readonly directions: Readonly<Record<Direction, Omit<DirectionResult, 'steps'>>>;
  readonly controls: readonly Control[];
}

/** Everything that one direction is evaluated with. */
interface Scene {
  readonly input: EvaluationInput;
  readonly cohort: Cohort;
  readonly cad: CadModel;
  readonly scoring: ScoringOptions;
}

/** Makes the adversarial test set, scores it and its controls. */
export async function evaluationTask(
  input: EvaluationInput,
  { signal, report }: TaskContext,
): Promise<EvaluationRecord> {
  const { studyPath, preset } = input;
  await startEngine(input.engine, input.threads);
  const cohort = await openCohort(studyPath, input.cohort);
  const cad = loadCad(await readFile(join(studyPath, 'cad', 'cad.safetensors')));
  const { height, width } = cohort.record;
  const batch = PRESETS[preset].scoringBatch;
  const scene = { input, cohort, cad, scoring: { height, width, batch, signal } };
  const plan = makeReaderPlan(cohort, input.seed);
  const forReaders = plan ? fakedSources(plan) : new Set<string>();

  const records: PairedRecord[] = [];
  const fidelity = {} as Record<Direction, Fidelity>;
  const controls: Control[] = [];
  for (const [index, direction] of DIRECTIONS.entries()) {
    report({ done: index, total: DIRECTIONS.length, note: direction });
    const found = await evaluateDirection(scene, direction, forReaders);
    records.push(...found.records);
    fidelity[direction] = found.fidelity;
    controls.push(...found.controls);
  }
  const evaluation = evaluatePaired(records);
  await writeJson(join(studyPath, 'evaluation', 'records.json'), records);
  return {
    auc: estimateOf(evaluation.aucReal),
    aucFlipped: estimateOf(evaluation.aucFakeFlipped),
    positivesCorrect: rateOf(evaluation.positivesCorrect),
    negativesCorrect: rateOf(evaluation.negativesCorrect),
    both: rateOf(evaluation.fooled.both),
    directions: {
      remove: { ...fidelity.remove, fooled: rateOf(evaluation.fooled.remove) },
      insert: { ...fidelity.insert, fooled: rateOf(evaluation.fooled.insert) },
    },
    controls,
  };
}

async function evaluateDirection(
  scene: Scene,
  direction: Direction,
  forReaders: ReadonlySet<string>,
): Promise<{
  readonly records: readonly PairedRecord[];
  readonly fidelity: Fidelity;
  readonly controls: readonly Control[];
}> {
  const { input, cohort, cad, scoring } = scene;
  const { set, record } = cohort;
  const path = join(input.studyPath, 'attack', direction, 'generator.safetensors');
  const generator = loadGenerator(await readFile(path));
  try {
    const sources = withLabel(set.images, record.splits.test, SOURCE_LABEL[direction]);
    const shown = set.images.flatMap(({ imageId, label }, index) =>
      forReaders.has(imageId) && label === SOURCE_LABEL[direction] ? [index] : [],
    );
    const wanted = [...new Set([...sources, ...shown])].sort((a, b) => a - b);
    const fakes = await storeFakes(scene.input.studyPath, {
      generator,
      direction,
      set,
      wanted,
      scoring,
    });
    const real = await Promise.all(sources.map((index) => set.pixels(index)));
    const fake = sources.map((index) => fakes.get(index) ?? new Uint16Array());
    const before = await scorePixels(cad, real, scoring);
    const after = await scorePixels(cad, fake, scoring);
    const fidelity = await fidelityOf(cohort, sources, fake);
    await writeTestSet(scene.input.studyPath, { direction, set, sources, fake });
    const controls = await measureControls(
      { direction, images: real, scores: before, nmse: fidelity.nmse },
      await otherImages(scene, direction, generator, sources),
      { ...scoring, cad, seed: input.seed },
    );
    return { records: pairs(cohort, direction, sources, before, after), fidelity, controls };
  } finally {
    generator.dispose();
  }
}

async function otherImages(
  { input, cohort, cad, scoring }: Scene,
  direction: Direction,
  generator: Generator,
  sources: readonly number[],
) {
  const { set, record } = cohort;
  const opposite = direction === 'remove' ? 'insert' : 'remove';
  const targets = withLabel(set.images, record.splits.test, SOURCE_LABEL[opposite]);
  const before = await Promise.all(targets.map((index) => set.pixels(index)));
  const identity = await identityGenerator(input, direction, generator);
  try {
    return {
      identityPass: await generatePixels(identity, set, sources, scoring),
      targetClass: {
        before,
        after: await generatePixels(generator, set, targets, scoring),
        scores: await scorePixels(cad, before, scoring),
      },
      ...(direction === 'remove' &&
        record.kind === 'synthetic' && {
          twins: drawTwins(
            input,
            sources.map((index) => set.images[index]?.imageId ?? ''),
          ),
        }),
    };
  } finally {
    identity.dispose();
  }
}

/** The generator as it is before it meets the CAD; one that changes images starts at exactly no change. */
async function identityGenerator(
  { seed, studyPath }: EvaluationInput,
  direction: Direction,
  { options }: Generator,
): Promise<Generator> {
  if (options.output === 'delta') return createGenerator(options, seed);
  const path = join(studyPath, 'attack', direction, 'reconstruction.safetensors');
  return loadGenerator(await readFile(path));
}

async function fidelityOf(
  { set, record }: Cohort,
  sources: readonly number[],
  fakes: readonly Uint16Array[],
): Promise<Fidelity> {
  const { height, width } = record;
  const fidelity = fidelityAccumulator({ height, width, maximum: 65535 });
  for (const [i, index] of sources.entries()) {
    const fake = fakes[i];
    if (!fake) continue;
    const isPositive = set.images[index]?.label === 'positive';
    const mask = isPositive && set.mask ? await set.mask(index) : undefined;
    fidelity.add(await set.pixels(index), fake, mask && { lesion: mask });
  }
  const { nmse, psnr, ssim, localisation } = fidelity.summary();
  return {
    nmse: nmse.value ?? 0,
    psnr: psnr.mean,
    ssim: ssim.mean ?? 1,
    localisation: localisation && {
      energyInLesion: localisation.energyShare,
      lesionArea: localisation.areaShare,
    },
  };
}

function pairs(
  { set }: Cohort,
  direction: Direction,
  sources: readonly number[],
  before: readonly number[],
  after: readonly number[],
): PairedRecord[] {
  return sources.flatMap((index, i) => {
    const image = set.images[index];
    if (!image) return [];
    const { imageId, patientId, laterality, view, label, lesionType } = image;
    return {
      caseId: imageId,
      patientId,
      laterality,
      view,
      label,
      direction,
      intendedLabel: label === 'positive' ? 'negative' : 'positive',
      scoreReal: before[i] ?? 0,
      scoreFake: after[i] ?? 0,
      attackId: direction,
      ...(lesionType && { strata: { lesionType } }),
    } as const;
  });
}
