import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCad } from '@mammo/cad-classifier';
import type { Direction } from '../fakes.ts';
import type { EvaluationInput } from '../stages/evaluation-task.ts';
import type { TaskContext } from '../task-context.ts';
import { boundaryDistances, type ChangeLength, lesionLength } from './boundary-distance.ts';
import { DEFENCES, type DefenceName } from './defences.ts';
import { openScene, studyPairs, type VictimOutcome, victimOutcome } from './probe-scene.ts';
import { type AttackOutcome, probeAttack } from './train-probe.ts';

/** What a defence does. */
export interface DefenceRecord {
  /** The length of the lesions, whose half bounds every defence; see {@link lesionLength}. */
  readonly lesion: ChangeLength | null;
  /** The AI before. */
  readonly before: VictimOutcome;
  /** The defended AI, shown the fakes that were made for the AI before. */
  readonly after: VictimOutcome;
  /** The defended AI, attacked anew by generators that were trained against it. */
  readonly attackedAnew: AttackOutcome;
  /** How far right images are from the boundary. */
  readonly distance: Readonly<Record<'before' | 'after', Record<Direction, ChangeLength>>>;
}

/** Trains the AI to resist, then tries the old fakes on it and attacks it anew. */
export async function defenceTask(
  { name, ...input }: EvaluationInput & { readonly name: DefenceName },
  context: TaskContext,
): Promise<DefenceRecord> {
  const scene = await openScene(input, context);
  const defended = loadCad(await readFile(join(input.studyPath, 'cad', 'cad.safetensors')));
  try {
    await DEFENCES[name](defended, scene);
    const pairs = await studyPairs(scene);
    return {
      lesion: await lesionLength(scene),
      before: await victimOutcome(scene.cad, pairs, scene),
      after: await victimOutcome(defended, pairs, scene),
      attackedAnew: await probeAttack(defended, {}, scene),
      distance: {
        before: await boundaryDistances(scene),
        after: await boundaryDistances({ ...scene, cad: defended }),
      },
    };
  } finally {
    defended.dispose();
    scene.cad.dispose();
  }
}
