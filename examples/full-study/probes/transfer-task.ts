import { type CadOptions, cadOptions } from '@mammo/cad-classifier';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import type { TaskContext } from '../task-context.ts';
import { openScene, studyPairs, type VictimOutcome, victimOutcome } from './probe-scene.ts';
import { trainProbeCad } from './train-probe.ts';

/** What the study's fakes do to an AI that they were not made for. */
export interface TransferRecord extends VictimOutcome {
  readonly victim: 'other-seed' | 'other-architecture';
  readonly description: string;
}

/** Added to the study's seed for AIs that are to differ by it alone. */
const OTHER_SEED = 1_000_000;

/** Trains one more AI on the study's cohort and shows it the study's fakes. */
export async function transferTask(
  { victim, ...input }: EvaluationInput & Pick<TransferRecord, 'victim'>,
  context: TaskContext,
): Promise<TransferRecord> {
  const scene = await openScene(input, context);
  const usual = cadOptions(input.preset);
  const options: CadOptions =
    victim === 'other-seed' ? usual : { ...usual, vggModules: 11, channelMultiplier: 1 / 8 };
  const seed = input.seed + OTHER_SEED;
  const cad = await trainProbeCad({ options, seed }, scene, victim);
  try {
    const outcome = await victimOutcome(cad, await studyPairs(scene), scene);
    return {
      victim,
      description:
        victim === 'other-seed'
          ? 'the same network and cohort, other first weights and batches'
          : `${options.vggModules} VGG modules at ⅛ of the width, receptive field ${cad.receptiveField} pixels`,
      ...outcome,
    };
  } finally {
    cad.dispose();
    scene.cad.dispose();
  }
}
