import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openDicom, readDicom } from '../src/index.ts';
import { concatenate, type ElementToWrite, greyImage, writeDicom } from './dicom/dicom-writer.ts';
import { encodeJpegLossless } from './jpeg/lossless-encoder.ts';
import { readShared, skipReason } from './shared-data.ts';

const folder = mkdtempSync(join(tmpdir(), 'mammo-io-'));
afterAll(() => rmSync(folder, { recursive: true }));

const size = [2, 3] as const;
const images = [0, 1, 2].map((frame) => Uint16Array.from({ length: 6 }, (_, i) => 10 * frame + i));
const set: ElementToWrite[] = [[0x00280008, 'IS', '3']];
const native = writeDicom({
  elements: greyImage(Uint16Array.from(images.flatMap((i) => [...i])), size, { set }),
});
const encoded = images.map((samples) => encodeJpegLossless({ samples, height: 2, width: 3 }));
const compressed = writeDicom({
  transferSyntax: '1.2.840.10008.1.2.4.70',
  elements: greyImage(undefined, size, { set }),
  fragments: [new Uint8Array(0), ...encoded],
});

/** A file of which only the pieces exist that are asked for. */
class GeneratedFile extends Blob {
  readonly largest: { bytes: number } = { bytes: 0 };
  readonly #head: Uint8Array;
  readonly #size: number;

  constructor(head: Uint8Array, size: number) {
    super();
    this.#head = head;
    this.#size = size;
  }

  override get size(): number {
    return this.#size;
  }

  override slice(start = 0, end = this.#size): Blob {
    this.largest.bytes = Math.max(this.largest.bytes, end - start);
    const bytes = new Uint8Array(end - start).fill(start & 255);
    bytes.set(this.#head.subarray(start, end));
    return new Blob([bytes]);
  }
}

describe('openDicom', () => {
  test.each([
    ['uncompressed', native],
    ['compressed', compressed],
  ])('reads the frames of an %s file in memory, in a Blob and on disk', async (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    for (const source of [
      bytes,
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      await openAsBlob(path),
    ]) {
      const reader = await openDicom(source);
      expect(reader.header).toMatchObject({ rows: 2, columns: 3, frames: 3, warnings: [] });
      expect((await reader.readFrame(1)).storedValues).toEqual(images[1]);
      const all: unknown[] = [];
      for await (const frame of reader.frames()) all.push(frame);
      expect(all).toEqual(
        images.map((storedValues, index) => ({ index, storedValues, warnings: [] })),
      );
    }
  });

  test('reads no more at once than one frame of a tomosynthesis of 2 GiB', async () => {
    const [rows, columns, frames] = [1024, 1024, 1024];
    const frameBytes = rows * columns * 2;
    const elements = greyImage(undefined, [rows, columns], {
      set: [[0x00280008, 'IS', String(frames)]],
    });
    const head = concatenate([
      writeDicom({ elements }),
      Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0),
      new Uint8Array(Uint32Array.of(frames * frameBytes).buffer),
    ]);
    const file = new GeneratedFile(head, head.length + frames * frameBytes);
    const { readFrame } = await openDicom(file);
    for (const index of [0, 511, frames - 1]) {
      const { storedValues } = await readFrame(index);
      expect(storedValues).toHaveLength(rows * columns);
      expect(storedValues[7]).toBe(257 * ((head.length + index * frameBytes) & 255));
    }
    expect(file.largest.bytes).toBe(frameBytes);
    await expect(readDicom(head)).rejects.toMatchObject({ code: 'too-large' });
  });

  test('reads more of the file where the header is longer than the first read', async () => {
    const set: ElementToWrite[] = [
      [0x00091001, 'OB', new Uint8Array(300_000)],
      [0x00180015, 'CS', 'BREAST'],
    ];
    const bytes = writeDicom({ elements: greyImage(images[0], size, { set }) });
    const reader = await openDicom(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    expect((await reader.readFrame(0)).storedValues).toEqual(images[0]);
  });

  test.skipIf(skipReason)(`reads a real tomosynthesis as readDicom does${skipReason}`, async () => {
    const bytes = Uint8Array.from(readShared('mammograms/dicom/hologic_dbt_4frames_j2k90.dcm'));
    const { storedValues, rows, columns } = await readDicom(bytes);
    const { frames } = await openDicom(new Blob([bytes]));
    for await (const frame of frames()) {
      const start = frame.index * rows * columns;
      expect(frame.storedValues).toEqual(storedValues.subarray(start, start + rows * columns));
    }
  });

  test('openDicom: source must be a Uint8Array or a Blob, got string', async () => {
    await expect(openDicom('a.dcm' as unknown as Blob)).rejects.toThrow(
      new TypeError('openDicom: source must be a Uint8Array or a Blob, got string'),
    );
  });

  test('openDicom: not a DICOM file', async () => {
    await expect(openDicom(new Blob(['hello']))).rejects.toThrow('openDicom: not a DICOM file');
  });

  test('openDicom: frame must be an integer in 0..2, got 3', async () => {
    const { readFrame } = await openDicom(native);
    await expect(readFrame(3)).rejects.toThrow(
      new RangeError('openDicom: frame must be an integer in 0..2, got 3'),
    );
  });

  test('a truncated file is refused when its first frame is read', async () => {
    const { readFrame } = await openDicom(native.subarray(0, -2));
    await expect(readFrame(0)).rejects.toThrow(
      'openDicom: the file ends inside element (7FE0,0010): its value needs 36 bytes, 34 are left',
    );
  });
});
