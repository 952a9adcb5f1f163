import { chooseEngine, type EngineChoice } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';

/** The engine of a worker. */
export interface EngineSettings {
  readonly engine: EngineChoice;
  /** Its threads: they decide the order of additions, and so the last bits of a score. */
  readonly threads: number;
}

/** Makes an engine the backend of this process. */
export async function startEngine({ engine, threads }: EngineSettings): Promise<void> {
  tf.env().set('PROD', true); // no advice on standard error
  await chooseEngine(engine, { threads });
}
