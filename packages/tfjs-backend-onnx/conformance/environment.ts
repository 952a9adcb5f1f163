import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '../src/index.ts';

const backend = process.env.CONFORMANCE_BACKEND ?? 'onnx';
setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);
