import { setImmediate, setTimeout } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import '../../src/index.ts';
import { serveThread } from '../../src/thread.ts';

/** Newton's root of `square` by one matrix product a step, or a training that fails, never looks at its signal, or only reports. */
await serveThread<
  { square: number; steps: number; mode?: 'fail' | 'deaf' | 'reporting' },
  number,
  { step: number }
>(async ({ square, steps, mode }, { report, signal }) => {
  await tf.setBackend('onnx');
  if (mode === 'fail') throw new RangeError('train: steps must be few');
  let root = 1;
  for (let step = 1; step <= steps; step++) {
    const next = tf.tidy(() => tf.div(tf.add(root, tf.div(square, root)), 2));
    root = (await next.data())[0]!;
    next.dispose();
    if (mode !== 'deaf' || step === 1) report({ step });
    if (mode === undefined) signal.throwIfAborted();
    if (mode === 'deaf') await setTimeout(2000); // neither looks nor reports
    await setImmediate();
  }
  return root;
});
