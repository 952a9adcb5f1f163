import { chooseEngine, ENGINES, type EngineName } from '@mammo/tfjs-engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, test } from 'vitest';

/** An engine to test numeric code on. */
export interface TestedEngine {
  readonly engine: EngineName;
  /** Its name among tfjs's backends. */
  readonly backend: string;
  /** For the name of a test. */
  readonly name: string;
  /** Why it cannot be used; empty if it can. */
  readonly problem: string;
}

const GPU_ENGINES: ReadonlySet<EngineName> = new Set([
  'tensorflow-gpu',
  'onnx-cuda',
  'webgpu',
  'onnx-webgpu',
]);

/**
 * Every engine; those that are not on this machine are named as skipped. MAMMO_REQUIRE_ENGINES, names separated by commas,
 * makes it an error when one of them is absent; `gpu` among them (`npm run test:gpu`) asks for any of those that compute there.
 */
export async function testedEngines(): Promise<readonly TestedEngine[]> {
  const required = (process.env.MAMMO_REQUIRE_ENGINES ?? '').split(',');
  const found: TestedEngine[] = [];
  for (const engine of [...ENGINES].reverse()) {
    const problem = await problemOf(engine);
    if (problem !== '' && required.includes(engine)) throw new Error(problem);
    const backend = tf.getBackend();
    const skipped = problem === '' ? '' : ` (skipped: ${problem})`;
    found.push({ engine, backend, name: `on ${engine}${skipped}`, problem });
  }
  await tf.setBackend('cpu');
  const onGpu = found.filter(({ engine }) => GPU_ENGINES.has(engine));
  if (required.includes('gpu') && onGpu.every(({ problem }) => problem !== '')) {
    throw new Error(
      `no engine computes on a GPU here:\n${onGpu.map(({ problem }) => problem).join('\n')}`,
    );
  }
  return found;
}

async function problemOf(engine: EngineName): Promise<string> {
  try {
    await chooseEngine(engine);
    return '';
  } catch (error) {
    return (error as Error).message.split('\n')[0]!.replace('chooseEngine: ', '');
  }
}

/**
 * Makes it the backend. tfjs looks for leaks after each kernel when it is tested, and takes for one that wasm, unlike the
 * others, copies a tensor that a gradient keeps.
 */
export async function useEngine(backend: string): Promise<void> {
  tf.env().set('IS_TEST', backend !== 'wasm');
  await tf.setBackend(backend);
}

/** Registers the same tests for each engine, on which they then run. */
export function onEveryEngine(
  engines: readonly TestedEngine[],
  registerTests: (engine: EngineName) => void,
): void {
  for (const { engine, name, backend, problem } of engines) {
    describe(name, () => {
      if (problem !== '') {
        test.skip('is not here', () => {});
        return;
      }
      beforeAll(() => useEngine(backend));
      afterAll(() => useEngine('cpu'));
      registerTests(engine);
    });
  }
}
