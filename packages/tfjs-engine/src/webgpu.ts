import { registerWebGpuCast } from './webgpu-cast.ts';

interface Adapter {
  readonly info: { readonly description: string; readonly isFallbackAdapter?: boolean };
}

interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

/**
 * Starts Dawn, Chromium's WebGPU, in Node and registers tfjs's backend on it. tfjs looks for the GPU at
 * `globalThis.navigator`, which is left as it was where there is none.
 *
 * @throws Error if there is no adapter, or, unless software will do, only a renderer in software
 */
export async function loadWebGpu(
  load: (name: string) => Promise<Record<string, unknown>>,
  mustBeFast: boolean,
): Promise<void> {
  const { create, globals } = (await load('webgpu')) as {
    create: (flags: string[]) => Gpu;
    globals: object;
  };
  const gpu = create([]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error('no WebGPU adapter on this machine');
  const { isFallbackAdapter = false, description } = adapter.info;
  if (mustBeFast && isFallbackAdapter) {
    throw new Error(`the only WebGPU adapter here is software (${description})`);
  }
  Object.assign(globalThis, globals);
  const value = { gpu, userAgent: 'node' };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  await load('@tensorflow/tfjs-backend-webgpu');
  registerWebGpuCast();
}
