import { drawPatient, type PhantomOptions, phantomCohort } from '@mammo/mammo-io';
import { createImageStore } from '@mammo/mammo-io/node';
import { PRESETS, type PresetName, type StudyPreset } from '../presets.ts';
import type { TaskContext } from '../task-context.ts';

export interface DrawCohortInput {
  readonly store: string;
  readonly preset: PresetName;
  readonly seed: number;
  /** This task draws every patient whose number leaves this remainder when divided by `parts`. */
  readonly part: number;
  readonly parts: number;
}

/** The synthetic cohort of a preset. */
export function cohortOptions(preset: StudyPreset, seed: number): PhantomOptions {
  const { height, width, patients, conspicuity } = preset;
  return { seed, height, width, patients, conspicuity };
}

/** Draws one part of the synthetic cohort into an image store; images that are there already are not drawn again. */
export async function drawCohortTask(
  { store, preset, seed, part, parts }: DrawCohortInput,
  { signal, report }: TaskContext,
): Promise<void> {
  const { height, width } = PRESETS[preset];
  const plan = phantomCohort(cohortOptions(PRESETS[preset], seed));
  const fingerprint = `${plan.fingerprint} part ${part} of ${parts}`;
  const writer = await createImageStore(store, { height, width, masks: true, fingerprint });
  try {
    const mine = plan.patients.flatMap((_, index) => (index % parts === part ? [index] : []));
    const total = mine.reduce((sum, index) => sum + (plan.patients[index]?.images.length ?? 0), 0);
    const stored = new Set(writer.images.map(({ imageId }) => imageId));
    let done = stored.size;
    for (const index of mine) {
      signal.throwIfAborted();
      if (plan.patients[index]?.images.every(({ imageId }) => stored.has(imageId))) continue;
      for (const { image, pixels, mask } of drawPatient(plan, index)) {
        if (stored.has(image.imageId)) continue;
        await writer.append(image, pixels, mask);
        done++;
      }
      report({ done, total });
      await new Promise(setImmediate); // lets an abort arrive
    }
  } finally {
    await writer.close();
  }
}
