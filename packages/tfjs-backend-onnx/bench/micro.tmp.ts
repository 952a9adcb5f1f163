import { encodeModel } from '../src/onnx-model.ts';
import { loadRuntime } from '../src/runtime.ts';
const rt = loadRuntime();
type In = { shape: number[]; type?: 'float32'|'int64'|'bool'; data?: any; constant?: boolean };
export function bench(label: string, op: string, ins: (In|undefined)[], out: number[], attributes: any = {}, outType: any = 'float32') {
  const inputs: any[] = [], constants: any[] = [], feeds: any = {}; const names: string[] = [];
  ins.forEach((x, i) => {
    if (!x) { names.push(''); return; }
    const name = 'i' + i; names.push(name);
    const size = x.shape.reduce((a, b) => a * b, 1);
    const data = x.data ?? (x.type === 'bool' ? Uint8Array.from({length:size},()=>Math.random()>.5?1:0) : Float32Array.from({ length: size }, () => Math.random()-0.3));
    const a = { name, type: x.type ?? 'float32', shape: x.shape };
    if (x.constant) constants.push({ ...a, data }); else { inputs.push(a); feeds[name] = new rt.Tensor((x.type ?? 'float32') as any, data, x.shape); }
  });
  try {
  const m = encodeModel({ nodes: [{ op, inputs: names, output: 'y', attributes }], inputs, outputs: [{ name: 'y', type: outType, shape: out }], constants });
  const s = rt.createSession(m, { intraOpNumThreads: 1, graphOptimizationLevel: 'extended', enableMemPattern: false, logSeverityLevel: 3 });
  const size = out.reduce((a, b) => a * b, 1);
  const o = outType === 'bool' ? new Uint8Array(size) : new Float32Array(size);
  const f = { y: new rt.Tensor(outType, o as any, out) };
  s.run(feeds, f, {}); 
  const t: number[] = [];
  for (let i = 0; i < 9; i++) { const a = performance.now(); s.run(feeds, f, {}); t.push(performance.now() - a); }
  t.sort((a, b) => a - b);
  console.log(label.padEnd(34), 'min', t[0]!.toFixed(2), 'med', t[4]!.toFixed(2));
  } catch (e: any) { console.log(label, 'ERR', e.message.slice(0, 150)); }
}
export const ints = (v: number[]): In => ({ shape: [v.length], type: 'int64', data: BigInt64Array.from(v.map(BigInt)), constant: true });
export const fl = (v: number[]): In => ({ shape: [v.length], data: Float32Array.from(v), constant: true });
export const sc = (v: number): In => ({ shape: [], data: Float32Array.from([v]), constant: true });
