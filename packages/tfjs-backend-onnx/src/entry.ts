import type * as tf from '@tensorflow/tfjs-core';
import type { HostArray } from './graph.ts';
import type { View } from './layout.ts';
import type { Memory } from './memory.ts';

/** Strings and complex numbers, which only tfjs-backend-cpu works on. */
export interface ForeignContent {
  readonly values?: tf.BackendValues;
  readonly complex?: {
    /** Real part, float32. */
    readonly real: tf.TensorInfo;
    /** Imaginary part, float32. */
    readonly imag: tf.TensorInfo;
  };
}

/** The data behind a tensor. It serves as its own tfjs data id, so that no look-up is needed. */
export class Entry {
  refCount = 0;
  /** The backend that has it; undefined once it is gone. */
  owner: tf.KernelBackend | undefined;
  /** What it shows; undefined for strings and complex numbers. */
  view: View | undefined;
  foreign: ForeignContent | undefined;
}

/** The data behind a tensor of numbers or truth values. */
export interface ShownEntry extends Entry {
  view: View;
}

/** The array, for somebody outside: it must never be written again. */
export function lend(memory: Memory): HostArray {
  memory.recyclable = false;
  return memory.data;
}

export const isComputed = (shown: View): boolean =>
  shown.value.memory !== undefined && shown.order === undefined;

/** The array itself where it has the type of the tensor, else a copy. */
export function hostArray(
  values: tf.BackendValues,
  dtype: 'float32' | 'int32' | 'bool',
): HostArray {
  if (dtype === 'float32') {
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  }
  if (dtype === 'int32') {
    return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  }
  return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
}
