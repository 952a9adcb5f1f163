import type { Device } from './device.ts';
import type { HostArray } from './graph.ts';
import type { RuntimeTensor } from './runtime.ts';

/**
 * Memory of one computed or uploaded array, shared by every tensor that shows it: on the host, on the device of an
 * execution provider, or on both.
 */
export class Memory {
  /** Tensors that show this memory. */
  owners = 0;
  /** False when somebody outside may hold the host array, so that it must never be written again. */
  recyclable: boolean;
  readonly byteLength: number;
  /** The array on the device, in any shape of its size. */
  onDevice: RuntimeTensor | undefined;
  #host: HostArray | undefined;
  #device: Device | undefined;

  private constructor(byteLength: number, recyclable: boolean) {
    this.byteLength = byteLength;
    this.recyclable = recyclable;
  }

  static ofHost(data: HostArray, recyclable: boolean): Memory {
    const memory = new Memory(data.byteLength, recyclable);
    memory.#host = data;
    return memory;
  }

  /** An array of 32-bit floats that a device computed. */
  static ofDevice(tensor: RuntimeTensor, device: Device): Memory {
    const memory = new Memory(4 * tensor.size, true);
    memory.onDevice = tensor;
    memory.#device = device;
    return memory;
  }

  /** The array on the host, fetched from the device where it lies only there. */
  get data(): HostArray {
    this.#host ??= this.#device!.download(this.onDevice!);
    return this.#host;
  }

  /** The host array for another use, if there is one. */
  get hostArray(): HostArray | undefined {
    return this.#host;
  }

  /** Gives the device's part back; nothing may refer to it any more. */
  releaseDevice(): void {
    this.onDevice?.dispose();
    this.onDevice = undefined;
  }
}
