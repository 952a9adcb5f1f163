import type { HostArray } from './graph.ts';
import { encodeModel } from './onnx-model.ts';
import type {
  OutputPlace,
  RuntimeTensor,
  SynchronousRuntime,
  SynchronousSession,
} from './runtime.ts';

/** Smaller arrays stay on the host: to send them along costs less than to manage them. */
const LEAST_ELEMENTS = 256;

/** Moves arrays of 32-bit floats between the host and the memory of an execution provider's device. */
export class Device {
  readonly #runtime: SynchronousRuntime;
  readonly #copiers = new Map<OutputPlace, SynchronousSession>();

  constructor(runtime: SynchronousRuntime) {
    this.#runtime = runtime;
  }

  /** Whether an array of this kind lives on the device. */
  holds(type: string, size: number): boolean {
    return type === 'float32' && size >= LEAST_ELEMENTS;
  }

  upload(data: HostArray): RuntimeTensor {
    const source = new this.#runtime.Tensor('float32', data as Float32Array, [data.length]);
    return this.#copier('gpu-buffer').run({ x: source }, { y: null }).y!;
  }

  download(tensor: RuntimeTensor): HostArray {
    const data = new Float32Array(tensor.size);
    const target = new this.#runtime.Tensor('float32', data, tensor.dims);
    this.#copier('cpu').run({ x: tensor }, { y: target });
    return data;
  }

  dispose(): void {
    for (const session of this.#copiers.values()) session.release();
    this.#copiers.clear();
  }

  /** A model that does nothing but leave its input, of any shape, at another place. */
  #copier(place: OutputPlace): SynchronousSession {
    let session = this.#copiers.get(place);
    if (session === undefined) {
      const model = encodeModel({
        nodes: [{ op: 'Identity', name: 'copy', inputs: ['x'], output: 'y', attributes: {} }],
        inputs: [{ name: 'x', type: 'float32' }],
        outputs: [{ name: 'y', type: 'float32' }],
        constants: [],
      });
      session = this.#runtime.createSession(model, {}, { y: place });
      this.#copiers.set(place, session);
    }
    return session;
  }
}
