import { askPixels } from '../api.ts';

/** The pictures before the reader and the next ones, loaded ahead so that changing to them takes no time. */
export class PictureCache {
  readonly #pictures = new Map<string, Promise<Uint16Array>>();

  /** Loads pictures, if they are not there or on their way. */
  load(ids: readonly string[]): Promise<Uint16Array[]> {
    return Promise.all(ids.map((id) => this.#load(id)));
  }

  /** Forgets all but these. */
  keep(ids: readonly string[]): void {
    for (const id of this.#pictures.keys()) if (!ids.includes(id)) this.#pictures.delete(id);
  }

  #load(id: string): Promise<Uint16Array> {
    let picture = this.#pictures.get(id);
    if (!picture) {
      picture = askPixels(id);
      picture.catch(() => this.#pictures.delete(id)); // the next attempt asks again
      this.#pictures.set(id, picture);
    }
    return picture;
  }
}
