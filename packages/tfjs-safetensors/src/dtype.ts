/** Element types that can be read. */
export type Dtype =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL';

interface ElementType {
  readonly bytes: number;
  readonly read: (view: DataView, offset: number) => number;
}

const elementTypes: Readonly<Record<Dtype, ElementType>> = {
  F64: { bytes: 8, read: (view, offset) => view.getFloat64(offset, true) },
  F32: { bytes: 4, read: (view, offset) => view.getFloat32(offset, true) },
  F16: { bytes: 2, read: (view, offset) => halfToNumber(view.getUint16(offset, true)) },
  BF16: { bytes: 2, read: (view, offset) => brainToNumber(view.getUint16(offset, true)) },
  I64: { bytes: 8, read: (view, offset) => Number(view.getBigInt64(offset, true)) },
  I32: { bytes: 4, read: (view, offset) => view.getInt32(offset, true) },
  I16: { bytes: 2, read: (view, offset) => view.getInt16(offset, true) },
  I8: { bytes: 1, read: (view, offset) => view.getInt8(offset) },
  U64: { bytes: 8, read: (view, offset) => Number(view.getBigUint64(offset, true)) },
  U32: { bytes: 4, read: (view, offset) => view.getUint32(offset, true) },
  U16: { bytes: 2, read: (view, offset) => view.getUint16(offset, true) },
  U8: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
  BOOL: { bytes: 1, read: (view, offset) => view.getUint8(offset) },
};

/** Whether `name` is a {@link Dtype}. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(elementTypes, name);
}

/** Bytes per element. */
export function bytesPerElement(dtype: Dtype): number {
  return elementTypes[dtype].bytes;
}

/**
 * Little-endian elements as float32.
 *
 * F16 and BF16 are exact; F64 is rounded.
 *
 * @throws RangeError if an integer has no exact float32, or a BOOL is neither 0 nor 1
 * @example
 * ```ts
 * readElements('BF16', Uint8Array.of(0x80, 0x3f)); // => Float32Array.of(1)
 * ```
 */
export function readElements(dtype: Dtype, bytes: Uint8Array): Float32Array {
  if (dtype === 'F32' && hostIsLittleEndian) {
    return new Float32Array(Uint8Array.from(bytes).buffer); // a copy: a Buffer's slice is none
  }
  const { bytes: width, read } = elementTypes[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Float32Array.from({ length: bytes.byteLength / width }, (_, index) =>
    read(view, index * width),
  );
  if (!dtype.includes('F')) checkIntegers(dtype, values, (index) => read(view, index * width));
  return values;
}

/** Whether typed arrays of this machine have the byte order of the files. */
export const hostIsLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function checkIntegers(dtype: Dtype, values: Float32Array, exact: (index: number) => number): void {
  values.forEach((value, index) => {
    const integer = exact(index);
    if (value !== integer || Math.abs(integer) > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`${dtype} elements must be exact in float32, got ${integer}`);
    }
    if (dtype === 'BOOL' && integer > 1) {
      throw new RangeError(`BOOL elements must be 0 or 1, got ${integer}`);
    }
  });
}

/** IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const brainWord = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  brainWord.setUint16(0, bits);
  return brainWord.getFloat32(0);
}
