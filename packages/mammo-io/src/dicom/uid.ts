import { sha256 } from '../sha256.ts';

/** A new UID from a random UUID (version 4). */
export function randomUid(): string {
  return uidOfUuid(globalThis.crypto.getRandomValues(new Uint8Array(16)), 4);
}

/** The UID that belongs to some texts and bytes: a UUID of their SHA-256 (version 8). */
export async function derivedUid(...parts: (string | Uint8Array)[]): Promise<string> {
  const digests = await Promise.all(parts.map((part) => sha256(part)));
  const digest = await sha256(Uint8Array.from(digests.flatMap((one) => [...one])));
  return uidOfUuid(digest.slice(0, 16), 8);
}

/** @see DICOM PS3.5 annex B.2: 2.25 and the UUID as a decimal number; RFC 9562 */
function uidOfUuid(uuid: Uint8Array, version: number): string {
  uuid[6] = (version << 4) | (uuid[6]! & 0x0f);
  uuid[8] = 0x80 | (uuid[8]! & 0x3f);
  return `2.25.${uuid.reduce((number, byte) => number * 256n + BigInt(byte), 0n)}`;
}
