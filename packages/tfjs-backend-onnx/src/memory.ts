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
  /** Settles when it is known whether the array could be computed; undefined where that needs no waiting. */
  ready: Promise<void> | undefined;
  #host: HostArray | undefined;
  #device: Device | undefined;
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

  /** @param tensor - an array of 32-bit floats that a device computed */
  fillOnDevice(tensor: RuntimeTensor, device: Device): void {
    this.onDevice = tensor;
    this.#device = device;
  }

  /** Says why the array cannot be computed. */
  fail(reason: Error): void {
    this.#failure = reason;
  }

  /**
   * The array on the host, fetched from the device where it lies only there.
   * @throws Error if it could not be computed, or is not computed yet
   */
  get data(): HostArray {
    if (this.#failure !== undefined) throw this.#failure;
    this.#host ??= this.#fetch();
    return this.#host;
  }

  #fetch(): HostArray {
    if (this.onDevice !== undefined) return this.#device!.download(this.onDevice);
    throw new Error(
      'onnx backend: a page computes later; read with await tensor.data(), not dataSync, and use operations that ONNX Runtime has',
    );
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
