import { TorchFileError } from './torch-file-error.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65535;
const TOO_LARGE = 0xffffffff;

/** Whether the bytes start as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === LOCAL_HEADER;
}

/**
 * The records of a zip archive that stores them as they are, by name, as PyTorch writes it; not copied.
 *
 * @throws TorchFileError if the archive is damaged, compressed, encrypted, holds a name twice, or has 4 GiB or more
 * @see PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function readStoredZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = viewOf(bytes);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (at === TOO_LARGE || count === 0xffff) {
    throw new TorchFileError('readTorchFile: archive must have less than 4 GiB, got a larger one');
  }
  const records = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    const { name, content, next } = readEntry(bytes, view, at);
    if (records.has(name)) throw damaged(`names must differ, got ${JSON.stringify(name)} twice`);
    records.set(name, content);
    at = next;
  }
  return records;
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_BYTES;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  throw damaged('must end with a directory, got none');
}

function readEntry(bytes: Uint8Array, view: DataView, at: number) {
  requireBytes(view, at, 46);
  if (view.getUint32(at, true) !== CENTRAL_HEADER) {
    throw damaged(`directory must have an entry at ${at}, got none`);
  }
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 24, true);
  const [nameLength, extra, comment] = [28, 30, 32].map((place) =>
    view.getUint16(at + place, true),
  );
  const next = at + 46 + nameLength! + extra! + comment!;
  requireBytes(view, at, next - at);
  const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength!));
  if (method !== 0 || (flags & 1) === 1 || size !== view.getUint32(at + 20, true)) {
    throw damaged(`${JSON.stringify(name)} must be stored as it is, got method ${method}`);
  }
  const start = contentStart(view, view.getUint32(at + 42, true));
  requireBytes(view, start, size);
  return { name, content: bytes.subarray(start, start + size), next };
}

/** The local header repeats the name, and pads it so that contents are aligned. */
function contentStart(view: DataView, header: number): number {
  requireBytes(view, header, 30);
  if (view.getUint32(header, true) !== LOCAL_HEADER) {
    throw damaged(`a record must begin at ${header}, got none`);
  }
  return header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
}

function requireBytes(view: DataView, start: number, length: number): void {
  if (start + length > view.byteLength) {
    throw damaged(
      `must have ${length} bytes from ${start} on, got ${Math.max(0, view.byteLength - start)}`,
    );
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

const damaged = (what: string): TorchFileError =>
  new TorchFileError(`readTorchFile: archive ${what}`);
