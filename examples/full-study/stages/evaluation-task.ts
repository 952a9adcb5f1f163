import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluatePaired, type PairedRecord } from '@mammo/adversarial-eval';
import { type CadModel, loadCad } from '@mammo/cad-classifier';
import { createGenerator, type Generator, loadGenerator } from '@mammo/gan-attack';
import { writeWhole } from '@mammo/mammo-io/node';
import type { EngineName } from '@mammo/tfjs-engine';
import { type Cohort, type CohortRecord, openCohort, withLabel } from '../cohort.ts';
import { startEngine } from '../engines.ts';
import { DIRECTIONS, type Direction, originalMark, SOURCE_LABEL } from '../fakes.ts';
import { PRESETS, type PresetName } from '../presets.ts';
import { estimateOf, rateOf } from '../rates.ts';
import { fakedSources, makeReaderPlan } from '../reader-plan.ts';
import type {
  ContrastRemoved,
  Control,
  DetectorResult,
  DirectionResult,
  Estimate,
  HeatmapResult,
  Rate,
} from '../results.ts';
import { writeJson } from '../study-folder.ts';
import type { TaskContext } from '../task-context.ts';
import { measureControls } from './controls.ts';
import { measureDetector } from './detectors.ts';
import { contrastRemoved, type Fidelity, fidelityOf } from './fidelity.ts';
import { HEATMAPS, lookAtHeatmaps } from './heatmap-sheet.ts';
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

/** What the evaluation found: the numbers of Table 1 and the controls. */
export interface EvaluationRecord {
  readonly auc: Estimate;
  readonly aucFlipped: Estimate;
  readonly positivesCorrect: Rate;
  readonly negativesCorrect: Rate;
  readonly both: Rate;
  readonly directions: Readonly<Record<Direction, Omit<DirectionResult, 'steps'>>>;
  readonly controls: readonly Control[];
  readonly detectors: readonly DetectorResult[];
  readonly heatmap: HeatmapResult | null;
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
  const contrasts = {} as Record<Direction, ContrastRemoved | null>;
  const controls: Control[] = [];
  const detectors: DetectorResult[] = [];
  for (const [index, direction] of DIRECTIONS.entries()) {
    report({ done: index, total: DIRECTIONS.length, note: direction });
    const found = await evaluateDirection(scene, direction, forReaders);
    records.push(...found.records);
    fidelity[direction] = found.fidelity;
    contrasts[direction] = found.contrastRemoved;
    controls.push(...found.controls);
    detectors.push(...found.detectors);
  }
  const positives = withLabel(cohort.set.images, cohort.record.splits.test, 'positive');
  const { result: heatmap, sheet } = await lookAtHeatmaps(cad, cohort, positives, {
    ...scene.scoring,
    text: originalMark(cohort.record.kind),
  });
  await writeWhole(join(studyPath, 'evaluation', HEATMAPS), sheet);
  const evaluation = evaluatePaired(records);
  await writeJson(join(studyPath, 'evaluation', 'records.json'), records);
  return {
    auc: estimateOf(evaluation.aucReal),
    aucFlipped: estimateOf(evaluation.aucFakeFlipped),
    positivesCorrect: rateOf(evaluation.positivesCorrect),
    negativesCorrect: rateOf(evaluation.negativesCorrect),
    both: rateOf(evaluation.fooled.both),
    directions: {
      remove: {
        ...fidelity.remove,
        contrastRemoved: contrasts.remove,
        fooled: rateOf(evaluation.fooled.remove),
      },
      insert: {
        ...fidelity.insert,
        contrastRemoved: contrasts.insert,
        fooled: rateOf(evaluation.fooled.insert),
      },
    },
    controls,
    detectors,
    heatmap,
  };
}

async function evaluateDirection(
  scene: Scene,
  direction: Direction,
  forReaders: ReadonlySet<string>,
): Promise<{
  readonly records: readonly PairedRecord[];
  readonly fidelity: Fidelity;
  readonly contrastRemoved: ContrastRemoved | null;
  readonly controls: readonly Control[];
  readonly detectors: readonly DetectorResult[];
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
    const other = await otherImages(scene, direction, generator, sources);
    const controls = await measureControls(
      { direction, images: real, scores: before, nmse: fidelity.nmse },
      other,
      { ...scoring, cad, seed: input.seed },
    );
    const removals = real.flatMap((image, i) => {
      const [changed, twin] = [fake[i], other.twins?.[i]];
      return changed && twin && (before[i] ?? 0) > 0.5
        ? [{ real: image, fake: changed, twin }]
        : [];
    });
    return {
      records: pairs(cohort, direction, sources, before, after),
      fidelity,
      contrastRemoved: contrastRemoved(removals),
      controls,
      detectors: await detectorsOf(scene, { direction, generator, sources, real, fake }),
    };
  } finally {
    generator.dispose();
  }
}

/** Training images of each class that choose a detector's threshold. */
const REFERENCE_IMAGES = 400;
/** Validation images of each class below which nothing is learned from them. */
const LEAST_LEARNED = 20;

async function detectorsOf(
  { cohort, scoring }: Scene,
  tried: {
    readonly direction: Direction;
    readonly generator: Generator;
    readonly sources: readonly number[];
    readonly real: readonly Uint16Array[];
    readonly fake: readonly Uint16Array[];
  },
): Promise<DetectorResult[]> {
  const { set, record } = cohort;
  const { direction, generator, sources, real, fake } = tried;
  const label = SOURCE_LABEL[direction];
  const learned = withLabel(set.images, record.splits.validation, label);
  if (learned.length < LEAST_LEARNED) return [];
  const reference = withLabel(set.images, record.splits.training, label).slice(0, REFERENCE_IMAGES);
  const imagesOf = (indices: readonly number[]) =>
    indices.flatMap((index) => set.images[index] ?? []);
  const pixelsOf = (indices: readonly number[]) =>
    Promise.all(indices.map((index) => set.pixels(index)));
  return [
    await measureDetector({
      direction,
      learned: {
        images: imagesOf(learned),
        real: await pixelsOf(learned),
        fake: await generatePixels(generator, set, learned, scoring),
      },
      tried: { images: imagesOf(sources), real, fake },
      reference: { images: imagesOf(reference), real: await pixelsOf(reference) },
      height: record.height,
      width: record.width,
    }),
  ];
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
  if (options.output === 'delta') return createGenerator(options, { seed });
  const path = join(studyPath, 'attack', direction, 'reconstruction.safetensors');
  return loadGenerator(await readFile(path));
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
