/** Encodings of the standard's defined terms; those with code extensions (`ISO 2022 …`) start in the same. */
const ENCODINGS: Readonly<Record<string, string>> = {
  '6': 'latin1',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'iso-8859-9',
  '203': 'iso-8859-15',
  '13': 'shift_jis',
  '166': 'tis-620',
  '192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** What the bytes behind an escape sequence are. */
interface Designation {
  readonly encoding: string;
  /** Pairs of seven-bit bytes, which the encoding has with the eighth bit set, behind this byte if there is one. */
  readonly pairs?: { readonly prefix?: number };
}

const PAIRS = {};

/** By what follows the escape character (PS3.3 tables C.12-3 and C.12-4). */
const DESIGNATIONS: Readonly<Record<string, Designation>> = {
  '(J': { encoding: 'shift_jis' },
  ')I': { encoding: 'shift_jis' },
  '-A': { encoding: 'latin1' },
  '-B': { encoding: 'iso-8859-2' },
  '-C': { encoding: 'iso-8859-3' },
  '-D': { encoding: 'iso-8859-4' },
  '-F': { encoding: 'iso-8859-7' },
  '-G': { encoding: 'iso-8859-6' },
  '-H': { encoding: 'iso-8859-8' },
  '-L': { encoding: 'iso-8859-5' },
  '-M': { encoding: 'iso-8859-9' },
  '-T': { encoding: 'tis-620' },
  '-b': { encoding: 'iso-8859-15' },
  '$)A': { encoding: 'gb18030' },
  '$)C': { encoding: 'euc-kr' },
  $B: { encoding: 'euc-jp', pairs: PAIRS },
  '$(D': { encoding: 'euc-jp', pairs: { prefix: 0x8f } },
};

const ESCAPE = 0x1b;

const ASCII = new TextDecoder('latin1');
const decoders = new Map<string, TextDecoder>();

/**
 * Decodes a text by the character sets of its file. Unknown sets are read as Latin-1, undefined bytes as U+FFFD.
 *
 * @param characterSets looks up the values of SpecificCharacterSet (0008,0005), for which plain ASCII has no use
 * @see DICOM PS3.3 section C.12.1.1.2 and PS3.5 section 6.1.2
 */
export function decodeText(bytes: Uint8Array, characterSets: () => readonly string[]): string {
  if (isPlainAscii(bytes)) return ASCII.decode(bytes);
  const [first = ''] = characterSets();
  const initial = ENCODINGS[first.replace(/^ISO(_IR| 2022 IR) /, '')] ?? 'latin1';
  let start = bytes.indexOf(ESCAPE);
  if (start < 0) return decoder(initial).decode(bytes);
  let text = decoder(initial).decode(bytes.subarray(0, start));
  while (start >= 0) {
    const next = bytes.indexOf(ESCAPE, start + 1);
    text += decodePiece(bytes.subarray(start + 1, next < 0 ? bytes.length : next), initial);
    start = next;
  }
  return text;
}

/** A piece behind an escape character: the sequence, then what it says how to read. */
function decodePiece(piece: Uint8Array, initial: string): string {
  for (const length of [2, 3]) {
    const designation = DESIGNATIONS[String.fromCharCode(...piece.subarray(0, length))];
    if (designation !== undefined) return decodeDesignated(piece.subarray(length), designation);
  }
  return decoder(initial).decode(piece.subarray(2));
}

function decodeDesignated(bytes: Uint8Array, { encoding, pairs }: Designation): string {
  if (pairs === undefined) return decoder(encoding).decode(bytes);
  const { prefix } = pairs;
  const extended: number[] = [];
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    if (prefix !== undefined) extended.push(prefix);
    extended.push(bytes[index]! | 0x80, bytes[index + 1]! | 0x80);
  }
  return decoder(encoding).decode(Uint8Array.from(extended));
}

function isPlainAscii(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    if (byte >= 0x80 || byte === ESCAPE) return false;
  }
  return true;
}

function decoder(encoding: string): TextDecoder {
  const known = decoders.get(encoding) ?? new TextDecoder(encoding);
  decoders.set(encoding, known);
  return known;
}
