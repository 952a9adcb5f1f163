import { nodeBuffer } from './node-builtins.ts';

/** A copy in memory of its own; in Node, without zeros being written there first. */
export function copyBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  const memory = nodeBuffer()?.allocUnsafeSlow(length).buffer ?? new ArrayBuffer(length);
  const copy = new Uint8Array(memory as ArrayBuffer, 0, length);
  copy.set(bytes);
  return copy;
}

/** The parts one after the other. */
export function concatenateBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
