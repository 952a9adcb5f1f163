import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import { readGrey } from './read-grey.ts';
import { Refused } from './refused.ts';
import type { GreyImage } from './study-pictures.ts';

/** Files that were sent, kept on disk until they have become a study. */
export class Upload {
  readonly #folder: string;
  readonly #files = new Map<string, string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async begin(): Promise<Upload> {
    return new Upload(await mkdtemp(join(tmpdir(), 'reading-room-')));
  }

  /** Takes one image; its name without the ending is the id of its case. */
  async take(part: MultipartFile): Promise<void> {
    const name = basename(part.filename);
    const caseId = name.slice(0, name.length - extname(name).length);
    if (this.#files.has(caseId)) {
      throw new Refused(400, `images: ${caseId} was sent twice`);
    }
    const path = join(this.#folder, String(this.#files.size));
    await pipeline(part.file, createWriteStream(path));
    if (part.file.truncated) throw new Refused(413, `images: ${name} is too large`);
    this.#files.set(caseId, path);
  }

  get cases(): ReadonlySet<string> {
    return new Set(this.#files.keys());
  }

  async load(caseId: string): Promise<GreyImage> {
    return readGrey(await readFile(this.#files.get(caseId)!));
  }

  async end(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
