import { type CommandContext, UsageError } from '@mammo/command-line';
import { chooseEngine, ENGINES, type EngineChoice } from '@mammo/tfjs-engine';
import { registerMissingGradients } from '@mammo/tfjs-second-order';
import * as tf from '@tensorflow/tfjs-core';

/** What `--engine` may be. */
export const ENGINE_HELP: string = `  --engine ${[...ENGINES, 'auto'].join('|')}   default auto: the first that is installed`;

/** Starts the engine of an option, and says which it is. */
export async function startEngine(
  value: string | undefined,
  { err }: CommandContext,
): Promise<void> {
  const choices: readonly string[] = [...ENGINES, 'auto'];
  if (value !== undefined && !choices.includes(value)) {
    throw new UsageError(`--engine must be one of ${choices.join(', ')}, got ${value}`);
  }
  tf.env().set('PROD', true); // silences tfjs's advice to install tfjs-node
  const { engine } = await chooseEngine((value ?? 'auto') as EngineChoice);
  registerMissingGradients();
  err(`engine ${engine}\n`);
}
