import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluatePaired, type PairedEvaluation, type PairedRecord } from '@mammo/adversarial-eval';
import { type CadModel, loadCad } from '@mammo/cad-classifier';
import type { ImageSet } from '@mammo/mammo-io';
import { type Cohort, openCohort, withLabel } from '../cohort.ts';
import { startEngine } from '../engines.ts';
import { openFakes } from '../fake-store.ts';
import { DIRECTIONS, type Direction, fakeId, SOURCE_LABEL } from '../fakes.ts';
import { PRESETS } from '../presets.ts';
import { estimateOf, rateOf } from '../rates.ts';
import type { Estimate, Rate } from '../results.ts';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import { type ScoringOptions, scorePixels } from '../stages/score-pixels.ts';
import type { TaskContext } from '../task-context.ts';

/** What a probe needs of a finished study. */
export interface ProbeScene {
  readonly input: EvaluationInput;
  readonly cohort: Cohort;
  /** The AI under attack; the scene's owner disposes of it. */
  readonly cad: CadModel;
  readonly scoring: ScoringOptions;
  readonly context: TaskContext;
}

/** Opens a finished study. */
export async function openScene(input: EvaluationInput, context: TaskContext): Promise<ProbeScene> {
  await startEngine(input.engine, input.threads);
  const cohort = await openCohort(input.studyPath, input.cohort);
  const cad = loadCad(await readFile(join(input.studyPath, 'cad', 'cad.safetensors')));
  const { height, width } = cohort.record;
  const batch = PRESETS[input.preset].scoringBatch;
  return { input, cohort, cad, scoring: { height, width, batch, signal: context.signal }, context };
}

/** Test images and fakes of them, by direction and in one order. */
export type TestPairs = Readonly<
  Record<
    Direction,
    {
      readonly sources: readonly number[];
      readonly real: readonly Uint16Array[];
      readonly fake: readonly Uint16Array[];
    }
  >
>;

/** The test images of a direction. */
export async function testSources({ set, record }: Cohort, direction: Direction) {
  const sources = withLabel(set.images, record.splits.test, SOURCE_LABEL[direction]);
  return { sources, real: await pixelsOf(set, sources) };
}

/** The test images with the fakes that the study keeps. */
export async function studyPairs({ input, cohort }: ProbeScene): Promise<TestPairs> {
  const fakes = await openFakes(input.studyPath);
  const places = new Map(fakes.images.map(({ imageId }, index) => [imageId, index]));
  const pairs = {} as { -readonly [D in Direction]: TestPairs[D] };
  for (const direction of DIRECTIONS) {
    const { sources, real } = await testSources(cohort, direction);
    const indices = sources.map(
      (index) => places.get(fakeId(cohort.set.images[index]?.imageId ?? '', direction)) ?? -1,
    );
    pairs[direction] = { sources, real, fake: await pixelsOf(fakes, indices) };
  }
  return pairs;
}

/** Pixels of some images of a set. */
export function pixelsOf(set: ImageSet, indices: readonly number[]): Promise<Uint16Array[]> {
  return Promise.all(indices.map((index) => set.pixels(index)));
}

/** How an AI does on real test images, and how often fakes of them fool it. */
export interface VictimOutcome {
  readonly auc: Estimate;
  readonly positivesCorrect: Rate;
  readonly negativesCorrect: Rate;
  /** Of the images that this AI had right. */
  readonly fooled: Readonly<Record<Direction, Rate>>;
  readonly aucFlipped: Estimate;
}

/** Lets an AI score real test images and fakes. */
export async function victimOutcome(
  cad: CadModel,
  pairs: TestPairs,
  { cohort, scoring }: ProbeScene,
): Promise<VictimOutcome> {
  const records: PairedRecord[] = [];
  for (const direction of DIRECTIONS) {
    const { sources, real, fake } = pairs[direction];
    const before = await scorePixels(cad, real, scoring);
    const after = await scorePixels(cad, fake, scoring);
    for (const [i, index] of sources.entries()) {
      const image = cohort.set.images[index];
      if (!image) continue;
      const { imageId, patientId, label } = image;
      const intendedLabel = label === 'positive' ? 'negative' : 'positive';
      const scores = { scoreReal: before[i] ?? 0, scoreFake: after[i] ?? 0 };
      const attackId = direction;
      records.push({
        caseId: imageId,
        patientId,
        label,
        direction,
        attackId,
        intendedLabel,
        ...scores,
      });
    }
  }
  return outcomeOf(evaluatePaired(records));
}

function outcomeOf(evaluation: PairedEvaluation): VictimOutcome {
  return {
    auc: estimateOf(evaluation.aucReal),
    positivesCorrect: rateOf(evaluation.positivesCorrect),
    negativesCorrect: rateOf(evaluation.negativesCorrect),
    fooled: {
      remove: rateOf(evaluation.fooled.remove),
      insert: rateOf(evaluation.fooled.insert),
    },
    aucFlipped: estimateOf(evaluation.aucFakeFlipped),
  };
}
