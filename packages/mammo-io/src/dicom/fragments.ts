import { ImageFileError } from '../image-file-error.ts';
import type { ByteSource } from './byte-source.ts';
import { formatTag, ITEM, SEQUENCE_END, UNDEFINED_LENGTH } from './data-element.ts';

/** An item of encapsulated pixel data: from `start` to before `end` in the file. */
export interface Fragment {
  readonly start: number;
  readonly end: number;
  /** Its first bytes, or all: enough to know how a codec's streams start. */
  readonly beginning: Uint8Array;
}

const HEADER = 8;
const BEGINNING = 8;

/**
 * The items of encapsulated pixel data that starts at `offset`, the basic offset table first. A missing delimiter at the end of
 * the file is let pass.
 *
 * @throws ImageFileError if the file ends inside an item, or something else follows
 * @see DICOM PS3.5 annex A.4
 */
export async function readFragments(
  source: ByteSource,
  offset: number,
): Promise<readonly Fragment[]> {
  const fragments: Fragment[] = [];
  let position = offset;
  const size = await source.size();
  while (position < size) {
    const fragment = await readFragment(source, position, size);
    if (fragment === undefined) break;
    fragments.push(fragment);
    position = fragment.end;
  }
  return fragments;
}

/** Nothing at the delimiter. */
async function readFragment(
  source: ByteSource,
  position: number,
  size: number,
): Promise<Fragment | undefined> {
  const bytes = await source.read(position, position + HEADER + BEGINNING);
  if (bytes.length < HEADER) throw invalid('the file ends inside an element header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = ((view.getUint16(0, true) << 16) | view.getUint16(2, true)) >>> 0;
  const length = view.getUint32(4, true);
  if (tag === SEQUENCE_END) return undefined;
  if (tag !== ITEM) throw invalid(`a sequence item must follow, got element ${formatTag(tag)}`);
  if (length === UNDEFINED_LENGTH) throw invalid('a fragment of the pixel data has no length');
  const start = position + HEADER;
  const left = size - start;
  if (length > left) {
    throw invalid(
      `the file ends inside element ${formatTag(tag)}: its value needs ${length} bytes, ${left} are left`,
    );
  }
  return {
    start,
    end: start + length,
    beginning: bytes.slice(HEADER, HEADER + Math.min(BEGINNING, length)),
  };
}

function invalid(message: string): ImageFileError {
  return new ImageFileError('invalid', message);
}
