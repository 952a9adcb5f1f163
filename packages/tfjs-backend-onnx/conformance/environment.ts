import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '../src/index.ts';

const backend = process.env.CONFORMANCE_BACKEND ?? 'onnx';

/** Whether the backend starts: without it tfjs would run the specs on the next best one. */
export const isHere: Promise<boolean> = tf.setBackend(backend);

setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);
