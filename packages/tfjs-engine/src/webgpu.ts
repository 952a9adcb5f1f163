interface Gpu {
  requestAdapter(): Promise<object | null>;
}

/**
 * Starts Dawn, Chromium's WebGPU, in Node and registers tfjs's backend on it. tfjs looks for the GPU at
 * `globalThis.navigator`, which is left as it was where there is none.
 *
 * @throws Error if there is no adapter
 */
export async function loadWebGpu(
  load: (name: string) => Promise<Record<string, unknown>>,
): Promise<void> {
  const { create, globals } = (await load('webgpu')) as {
    create: (flags: string[]) => Gpu;
    globals: object;
  };
  const gpu = create([]);
  if ((await gpu.requestAdapter()) === null) throw new Error('no WebGPU adapter on this machine');
  Object.assign(globalThis, globals);
  const value = { gpu, userAgent: 'node' };
  Object.defineProperty(globalThis, 'navigator', { value, configurable: true });
  await load('@tensorflow/tfjs-backend-webgpu');
}
