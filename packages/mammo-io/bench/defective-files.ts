import {
  concatenate,
  type DataSetStyle,
  type DicomToWrite,
  type ElementToWrite,
  greyImage,
  writeDicom,
  writeElements,
} from '../test/dicom/dicom-writer.ts';

const PIXELS = Uint16Array.from({ length: 12 }, (_, index) => index * 341);
const SIZE = [3, 4] as const;
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const IMPLICIT = '1.2.840.10008.1.2';
/** Behind preamble and prefix. */
const META_START = 132;
/** Pixel data of no fragments: a header and a delimiter. */
const FRAGMENTLESS_BYTES = 20;
const EIGHT = new Uint8Array(8);

/** Small files of one defect, or one thing that is rare, each; what parsers make of them is compared. */
export function defectiveFiles(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const file = (
    set: readonly ElementToWrite[],
    style: DataSetStyle & { transferSyntax?: string } = {},
  ) => whole({ elements: greyImage(PIXELS, SIZE, { set }), ...style });
  const plain = file([]);
  const dataSet = (style: DataSetStyle) => writeElements(greyImage(PIXELS, SIZE), style);
  const nested: ElementToWrite = [
    0x00540220,
    'SQ',
    [
      [
        [0x00080100, 'SH', 'R-10226'],
        [0x00540222, 'SQ', [[[0x00080100, 'SH', 'X']]]],
      ],
    ],
  ];
  const frames = (count: number): ElementToWrite => [0x00280008, 'IS', String(count)];
  const stream = (...bytes: number[]) => Uint8Array.of(0xff, 0xd8, 0xff, ...bytes);
  const fragments = [stream(1), Uint8Array.of(2, 3), stream(4, 5, 6)];
  const encapsulated = (table: Uint8Array, more: readonly ElementToWrite[] = []) =>
    whole({
      transferSyntax: JPEG_LOSSLESS,
      elements: greyImage(undefined, SIZE, { set: [frames(2), ...more] }),
      fragments: [table, ...fragments],
    });
  const noTable = new Uint8Array(0);
  const starts = (Words: typeof Uint32Array | typeof BigUint64Array): Uint8Array =>
    new Uint8Array(
      Words === Uint32Array ? Uint32Array.of(0, 22).buffer : BigUint64Array.of(0n, 22n).buffer,
    );
  const named = {
    'no length of the meta information': writeDicom({ elements: greyImage(PIXELS, SIZE) }),
    'an element of VR OV': file([[0x00090001, 'OV', EIGHT]]),
    'an element of VR SV': withVr(file([[0x00090001, 'OV', EIGHT]]), 'SV'),
    'an element of VR UV': withVr(file([[0x00090001, 'OV', EIGHT]]), 'UV'),
    'an element of a VR of the future': withVr(file([[0x00090001, 'OV', EIGHT]]), 'ZZ'),
    'no preamble': plain.subarray(128),
    'no preamble and no prefix': plain.subarray(132),
    'a bare data set, explicit': dataSet({}),
    'a bare data set, implicit': dataSet({ explicit: false }),
    'says explicit, is implicit': file([], { explicit: false }),
    'says implicit, is explicit': file([], { transferSyntax: IMPLICIT }),
    'sequences of undefined length': file([nested], { delimited: true }),
    'the same, big endian': file([nested], {
      delimited: true,
      littleEndian: false,
      transferSyntax: BIG_ENDIAN,
    }),
    'the same, implicit': file([nested], {
      delimited: true,
      explicit: false,
      transferSyntax: IMPLICIT,
    }),
    'bytes behind the pixel data': concatenate([plain, new Uint8Array(50)]),
    'pixel data cut off': plain.subarray(0, -3),
    'header cut off': plain.subarray(0, 200),
    'no transfer syntax': concatenate([
      new Uint8Array(128),
      new TextEncoder().encode('DICM'),
      dataSet({}),
    ]),
    'frames in fragments, basic offset table': encapsulated(starts(Uint32Array)),
    'frames in fragments, extended offset table': encapsulated(noTable, [
      [0x7fe00001, 'OV', starts(BigUint64Array)],
      [0x7fe00002, 'OV', starts(BigUint64Array)],
    ]),
    'frames in fragments, no offset table': encapsulated(noTable),
    'frames in fragments, a wrong offset table': encapsulated(
      new Uint8Array(Uint32Array.of(0, 6).buffer),
    ),
    'no delimiter behind the last fragment': encapsulated(noTable).subarray(0, -8),
    'the last fragment cut off': encapsulated(noTable).subarray(0, -10),
  };
  return Object.entries(named).map(([name, bytes]) => ({ name, bytes: Uint8Array.from(bytes) }));
}

/** A file whose meta information starts with its length, as the standard has it. */
function whole(file: DicomToWrite): Uint8Array {
  const bytes = writeDicom(file);
  const { length: rest } = writeDicom({ ...file, elements: [], fragments: [] });
  const metaLength = rest - META_START - FRAGMENTLESS_BYTES;
  const length = new Uint8Array(Uint32Array.of(metaLength).buffer);
  const group = writeElements([[0x00020000, 'UL', length]], {});
  return concatenate([bytes.subarray(0, META_START), group, bytes.subarray(META_START)]);
}

function withVr(file: Uint8Array, vr: string): Uint8Array {
  const at = file.findIndex((byte, index) => byte === 0x4f && file[index + 1] === 0x56);
  const changed = file.slice();
  changed.set(new TextEncoder().encode(vr), at);
  return changed;
}
