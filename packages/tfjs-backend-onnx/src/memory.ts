import type { Device } from './device.ts';
import type { DeviceArrays } from './device-arrays.ts';
import type { HostArray } from './graph.ts';
import { type Awaitable, after, type RuntimeTensor } from './runtime.ts';

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
  #host: HostArray | undefined;
  #onDevice: RuntimeTensor | undefined;
  #device: Device | undefined;
  #siblings: DeviceArrays | undefined;
  #failure: Error | undefined;

  private constructor(byteLength: number, recyclable: boolean) {
    this.byteLength = byteLength;
    this.recyclable = recyclable;
  }

  static ofHost(data: HostArray, recyclable: boolean): Memory {
    const memory = new Memory(data.byteLength, recyclable);
    memory.#host = data;
    return memory;
  }

  /** Memory of an array that is yet to be computed. */
  static promised(byteLength: number): Memory {
    return new Memory(byteLength, true);
  }

  fillOnHost(data: HostArray): void {
    this.#host = data;
  }

  /**
   * @param tensor an array of 32-bit floats that a device computed, uploaded or copied
   * @param siblings what the same session left on the device
   */
  fillOnDevice(tensor: RuntimeTensor, device: Device, siblings: DeviceArrays): void {
    this.releaseDevice();
    this.#onDevice = tensor;
    this.#device = device;
    this.#siblings = siblings.add(this);
  }

  /** The array on the device, in any shape of its size. */
  get onDevice(): RuntimeTensor | undefined {
    return this.#onDevice;
  }

  /** Says why the array cannot be computed. */
  fail(reason: Error): void {
    this.#failure = reason;
  }

  /** Brings the array to the host, where it lies only on the device. */
  fetch(): Awaitable<void> {
    if (this.#host !== undefined || this.#onDevice === undefined) return;
    return after(this.#device!.download(this.#onDevice), (data) => this.fillOnHost(data));
  }

  /**
   * The array on the host, fetched from the device where that answers at once.
   * @throws Error if it could not be computed, or is not on the host yet
   */
  get data(): HostArray {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#device?.isSynchronous) void this.fetch();
    if (this.#host !== undefined) return this.#host;
    throw new Error(
      'onnx backend: a page computes later; read with await tensor.data(), not dataSync, and use operations that ONNX Runtime has',
    );
  }

  /** The host array for another use, if there is one. */
  get hostArray(): HostArray | undefined {
    return this.#host;
  }

  /** Gives the host array away, to be written over. */
  handOver(): HostArray | undefined {
    const data = this.#host;
    this.#host = undefined;
    return data;
  }

  /** Gives the device's part back; nothing may refer to it any more. */
  releaseDevice(): void {
    this.#onDevice?.dispose();
    this.#onDevice = undefined;
    this.#siblings?.delete(this);
  }
}
