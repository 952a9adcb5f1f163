import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The pictures' pixels in a folder: one file a picture, 16-bit grey levels as they are, little endian, row by row, then zeros up to the
 * size of the study's largest picture. So all files of a study have the same number of bytes and carry nothing but pixels: neither tells a
 * fake from a real image.
 */
export class PictureFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async write(id: string, pixels: Uint16Array): Promise<void> {
    await mkdir(this.#path, { recursive: true });
    const temporary = join(this.#path, `.${randomUUID()}`);
    const bytes = Buffer.alloc(pixels.length * 2);
    for (let i = 0; i < pixels.length; i++) bytes.writeUInt16LE(pixels[i] as number, 2 * i);
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, this.#file(id));
  }

  /** Makes files as long as the longest of them. */
  async equalise(ids: readonly string[]): Promise<void> {
    const lengths: number[] = [];
    for (const id of ids) lengths.push((await stat(this.#file(id))).size);
    const longest = Math.max(0, ...lengths);
    for (const [i, id] of ids.entries()) {
      const missing = longest - lengths[i]!;
      if (missing > 0) await this.#append(id, new Uint8Array(missing));
    }
  }

  async #append(id: string, bytes: Uint8Array): Promise<void> {
    const file = await open(this.#file(id), 'a');
    try {
      await file.appendFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async read(id: string): Promise<Buffer> {
    return readFile(this.#file(id));
  }

  async remove(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => rm(this.#file(id), { force: true })));
  }

  #file(id: string): string {
    return join(this.#path, `${id}.u16`);
  }
}
