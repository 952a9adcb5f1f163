import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/dicom/character-set.ts';

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

describe('decodeText', () => {
  // names of PS3.5 annexes H.3.1, I.2 and J.3, and Latin and Cyrillic ones
  test.each([
    [['ISO_IR 100'], 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    [['ISO_IR 144'], '\xbb\xee\xda', 'Люк'],
    [['ISO_IR 192'], 'Wang^XiaoDong=\xe7\x8e\x8b', 'Wang^XiaoDong=王'],
    [['GB18030'], '\xcd\xf5', '王'],
    [['', 'ISO 2022 IR 87'], '\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', '山田^太郎'],
    [
      ['', 'ISO 2022 IR 149'],
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7',
      'Hong^Gildong=洪^吉洞',
    ],
    [['ISO 2022 IR 100', 'ISO 2022 IR 126'], '\xe4 \x1b-F\xe4', 'ä δ'],
    [[], 'plain', 'plain'],
    [['nobody knows'], '\xe9', 'é'],
  ])('reads %j', (sets, bytes, text) => {
    expect(decodeText(bytesOf(bytes), () => sets)).toBe(text);
  });

  test('reads ASCII in every set, and any bytes without an error', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom('', 'ISO_IR 13', 'ISO 2022 IR 159', 'ISO_IR 166', 'GBK', 'ISO_IR 192'),
        (bytes, set) => {
          const text = decodeText(bytes, () => [set]);
          expect(typeof text).toBe('string');
          const plain = bytes.filter((byte) => byte >= 0x20 && byte < 0x7f);
          expect(decodeText(plain, () => [set])).toBe(String.fromCharCode(...plain));
        },
      ),
    );
  });
});
