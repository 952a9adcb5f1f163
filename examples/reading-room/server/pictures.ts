import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The pictures' pixels in a folder: one file a picture, 16-bit grey levels as they are, little endian, row by row. All files of a study
 * have the same size and carry nothing but pixels, so that neither bytes nor their number tell a fake from a real image.
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
