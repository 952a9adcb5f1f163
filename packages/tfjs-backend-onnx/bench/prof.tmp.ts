import * as tf from '@tensorflow/tfjs-core';
import { onnxBackend, setOnnxOptions } from '../src/index.ts';
import { createWorkload, WORKLOADS } from './workloads.ts';
setOnnxOptions({ threads: Number(process.env.T ?? 1), ...(process.env.P ? { profilePrefix: '/tmp/prof/p' } : {}) });
await tf.setBackend('onnx');
const w = createWorkload(WORKLOADS[Number(process.argv[2])]!);
const t: number[] = [], c: number[] = [];
for (let i = 0; i < Number(process.env.N ?? 6); i++) {
  const s0 = onnxBackend().stats();
  const cpu = process.cpuUsage(); const a = performance.now();
  await w();
  const u = process.cpuUsage(cpu);
  t.push(performance.now() - a); c.push((u.user + u.system) / 1e3);
  const s = onnxBackend().stats();
  if (i > 2 || i==0) console.log('wall', t[i]!.toFixed(1), 'cpu', c[i]!.toFixed(1), 'runtime', (s.runtimeMs - s0.runtimeMs).toFixed(1), 'host', (s.hostMs - s0.hostMs).toFixed(1), 'compile', (s.compileMs - s0.compileMs).toFixed(0));
}
console.log(onnxBackend().stats());
tf.findBackend('onnx').dispose();
