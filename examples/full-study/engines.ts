import '@tensorflow/tfjs'; // registers the gradients, which tfjs-core alone does not
import { chooseEngine, type EngineChoice, type EngineName } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Makes `engine` the backend of this thread.
 *
 * @param threads CPU threads for engines that let the program choose.
 * @returns the engine that `auto` stands for on this machine; any other choice itself
 * @throws {EngineError} when it is not installed or does not start; the message says how to install it.
 */
export async function startEngine(choice: EngineChoice, threads: number): Promise<EngineName> {
  tf.env().set('PROD', true); // silences tfjs's advice to install tfjs-node
  return (await chooseEngine(choice, { threads })).engine;
}

/** Whether two trainings side by side, each on half of the cores, are faster than one after the other. */
export function sharesCores(engine: EngineName): boolean {
  return engine === 'onnx' || engine === 'wasm' || engine === 'cpu';
}
