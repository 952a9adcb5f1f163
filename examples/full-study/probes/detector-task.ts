import { createHash } from 'node:crypto';
import { evaluateDetector, pairOutcome } from '@mammo/adversarial-eval';
import { cadOptions, cadSchedule, createCadModel } from '@mammo/cad-classifier';
import type { CaseLabel } from '@mammo/mammo-io';
import { proportion } from '@mammo/reader-study-stats';
import { withLabel } from '../cohort.ts';
import { DIRECTIONS, SOURCE_LABEL } from '../fakes.ts';
import { estimateOf, type Rate, rateOf } from '../rates.ts';
import type { DetectorResult } from '../results.ts';
import { recordsOf } from '../stages/detectors.ts';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import { scorePixels } from '../stages/score-pixels.ts';
import type { TaskContext } from '../task-context.ts';
import { mixedSet } from './mixed-set.ts';
import { openScene, pixelsOf, studyPairs } from './probe-scene.ts';
import { trainOn } from './train-probe.ts';

const STEPS = 600;
const MOST = 1000;
const FALSE_ALARMS = 0.05;
const OTHER_SEED = 2_000_000;

/** Every eighth patient or so: not learned from, but for the choice of thresholds. */
const isReference = (patientId: string): boolean =>
  createHash('sha256').update(patientId).digest().readUInt8(0) < 32;

/** Trains a network of the AI's architecture to tell fakes from real images, and tries it on the test patients. */
export async function detectorTask(
  input: EvaluationInput,
  context: TaskContext,
): Promise<DetectorResult[]> {
  const scene = await openScene(input, context);
  const { set, record } = scene.cohort;
  const label = (_: unknown, isFake: boolean) => (isFake ? 'positive' : 'negative');
  const training = await mixedSet(scene, {
    split: 'training',
    patients: (patientId) => !isReference(patientId),
    most: MOST,
    label,
  });
  const validation = await mixedSet(scene, { split: 'validation', most: MOST, label });
  const seed = input.seed + OTHER_SEED;
  const model = createCadModel(cadOptions(input.preset), { seed, initialiser: 'he' });
  try {
    const usual = cadSchedule('small');
    const phases = usual.phases.map((phase) => ({ ...phase, steps: STEPS }));
    const schedule = { ...usual, phases, loss: { penaltyWeight: 0 } };
    const run = { schedule, seed, note: 'fake detector', scene };
    await trainOn(model, { training, validation }, run);
    const learned = [training, validation].flatMap(({ images }) => images);
    const fitPatientIds = [...new Set(learned.map(({ patientId }) => patientId))];
    const pairs = await studyPairs(scene);
    const results: DetectorResult[] = [];
    for (const direction of DIRECTIONS) {
      const { sources, real, fake } = pairs[direction];
      const images = sources.flatMap((index) => set.images[index] ?? []);
      const scores = await scorePixels(model, [...real, ...fake], scene.scoring);
      const reference = withLabel(set.images, record.splits.training, SOURCE_LABEL[direction])
        .filter((index) => isReference(set.images[index]?.patientId ?? ''))
        .slice(0, MOST);
      const { auc, points, n } = evaluateDetector(scores, recordsOf(images), {
        fitPatientIds,
        reference: {
          scores: await scorePixels(model, await pixelsOf(set, reference), scene.scoring),
          patientIds: reference.map((index) => set.images[index]?.patientId ?? ''),
        },
        falseAlarmRates: [FALSE_ALARMS],
      });
      const [point] = points;
      const threshold = point?.threshold ?? null;
      results.push({
        direction,
        name: 'network',
        fakes: n.fake,
        auc:
          auc.status === 'one-class'
            ? { estimate: null, lower: null, upper: null }
            : estimateOf(auc),
        falseAlarmsWanted: FALSE_ALARMS,
        falseAlarms: point?.falseAlarms ? rateOf(point.falseAlarms) : null,
        detected: point?.detected ? rateOf(point.detected) : null,
        unnoticed:
          threshold === null
            ? null
            : unnoticedRate(
                {
                  label: SOURCE_LABEL[direction],
                  before: await scorePixels(scene.cad, real, scene.scoring),
                  after: await scorePixels(scene.cad, fake, scene.scoring),
                },
                scores.slice(real.length).map((score) => score > threshold),
              ),
      });
    }
    return results;
  } finally {
    model.dispose();
    scene.cad.dispose();
  }
}

/** Of the images that the AI had right, those whose fakes fool it without being found. */
function unnoticedRate(
  {
    label,
    before,
    after,
  }: {
    readonly label: CaseLabel;
    readonly before: readonly number[];
    readonly after: readonly number[];
  },
  found: readonly boolean[],
): Rate {
  const outcomes = before.map((scoreReal, i) =>
    pairOutcome({ label, scoreReal, scoreFake: after[i] ?? 0 }, 0.5),
  );
  const fooled = outcomes.filter((outcome, i) => outcome === 'fooled' && !found[i]).length;
  return rateOf(proportion(fooled, outcomes.filter((outcome) => outcome !== 'skipped').length));
}
