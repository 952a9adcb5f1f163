import type { Memory } from './memory.ts';

/**
 * The arrays that a session left on its device. Their memory is the session's: one that is given back after it ends the process
 * (onnxruntime-node 1.30, WebGPU). So all are copied elsewhere, or given back, before it is released.
 */
export type DeviceArrays = Set<Memory>;

/** Gives all of them back for good. */
export function releaseAll(arrays: DeviceArrays): void {
  for (const memory of [...arrays]) memory.releaseDevice();
}
