import { type CommandContext, startProgress } from '@mammo/command-line';
import type { CadProgress } from '../train-cad-options.ts';

/** Says how far a training is, counted from its first step of this run, with the last AUC on validation patients. */
export function trainingProgress(context: CommandContext): {
  readonly show: (step: CadProgress) => void;
  readonly end: () => void;
} {
  let progress: ReturnType<typeof startProgress> | undefined;
  let note: string | undefined;
  return {
    show: ({ step, totalSteps: total, validationAuc }) => {
      progress ??= startProgress(context, { what: 'train', total, before: step - 1 });
      if (validationAuc !== undefined) note = `validation AUC ${validationAuc.toFixed(3)}`;
      progress.add(1, note);
    },
    end: () => progress?.end(),
  };
}
