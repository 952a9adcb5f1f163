import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { onnxBackend, setOnnxOptions } from '@mammo/tfjs-backend-onnx';
import * as tf from '@tensorflow/tfjs-core';
import { createStep, SIZES } from './steps.ts';
const folder = mkdtempSync('/tmp/prof-'); tf.env().set('PROD', true);
setOnnxOptions({ threads: 2, profilePrefix: folder + '/p' });
await tf.setBackend('onnx');
const step = createStep({ ...SIZES[process.argv[2]!]!, what: process.argv[3] as any });
const n = 4; for (let i = 0; i < n; i++) await step();
tf.removeBackend('onnx');
const rows = new Map<string, { ms: number; c: number }>(); let total = 0;
for (const f of readdirSync(folder)) for (const e of JSON.parse(readFileSync(folder + '/' + f, 'utf8'))) {
  if (e.cat !== 'Node' || !e.name.endsWith('_kernel_time')) continue;
  total += e.dur / 1000 / n;
  if (process.argv[4] && !process.argv[4].split(',').includes(e.args.op_name)) continue;
  const sh = (s: any) => (s ?? []).map((o: any) => Object.values(o)[0]).map((a: any) => '[' + a + ']').join(' ');
  const k = e.args.op_name + ' ' + sh(e.args.input_type_shape) + ' -> ' + sh(e.args.output_type_shape) + ' ' + e.name.replace(/#\d+.*/, '');
  const r = rows.get(k) ?? { ms: 0, c: 0 }; r.ms += e.dur / 1000 / n; r.c += 1 / n; rows.set(k, r);
}
console.log('total', total.toFixed(0));
for (const [k, r] of [...rows].sort((a, b) => b[1].ms - a[1].ms).slice(0, 60)) console.log(r.ms.toFixed(1), r.c, k);
