import type { InstallCheck } from '../../../scripts/install-check/install-check.ts';

/** What a stranger must get from the tarball. */
export const check: InstallCheck = {
  modules: { tf: '@tensorflow/tfjs-core', onnx: '@mammo/tfjs-backend-onnx' },
  program: `
async function check({ tf, onnx }) {
  await tf.setBackend('onnx');
  const squares = tf.tidy(() => tf.square(tf.add(tf.tensor1d([1, 2, 3]), 1)));
  return [tf.getBackend(), ...(await squares.data()), onnx.onnxBackend().stats().runs].join(' ');
}
`,
  text: 'onnx 4 9 16 1',
  beside: ['@tensorflow/tfjs-core@4.22.0'],
  withNodeTypes: true,
  types: `
import { onnxBackend, setOnnxOptions } from '@mammo/tfjs-backend-onnx';
import { type OnnxRuntimeModule, registerOnnxWeb } from '@mammo/tfjs-backend-onnx/web';
setOnnxOptions({ threads: 2 });
export const runs: number = onnxBackend().stats().runs;
export const name = (ort: OnnxRuntimeModule): string => registerOnnxWeb(ort, { provider: 'webgpu' });
`,
  page: false,
  budgets: [
    {
      what: 'for pages, without tfjs and ONNX Runtime',
      program: "export * from '@mammo/tfjs-backend-onnx/web';",
      kilobytes: 25,
      external: [/^@tensorflow/],
    },
  ],
};
