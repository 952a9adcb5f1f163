import { ImageFileError } from '../src/image-file-error.ts';
import { type RandomStream, randomStream } from '../src/random.ts';
import { mutate } from './mutation.ts';

/** A sound file to damage, and the reader that must stand it. */
export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Reads a damaged file and returns its pixels, however nested; may throw an ImageFileError. */
  read(bytes: Uint8Array): Promise<ArrayLike<number>> | ArrayLike<number>;
  /** Pixels that a damaged file must have if it is read at all; undefined where the file itself says its size. */
  readonly length?: number;
}

/** A format to fuzz. */
export interface FuzzTarget {
  readonly name: string;
  readonly seeds: readonly FuzzSeed[];
}

/** What a reader did with a mutant: `defect` says what it should not have done. */
export interface Verdict {
  readonly kind: 'read' | 'refused' | 'defect';
  readonly detail: string;
}

/** Damages the input-th seed of a target, by the same numbers every time, and judges what its reader does. */
export async function judgeInput(
  target: FuzzTarget,
  { seed, input }: { readonly seed: number; readonly input: number },
): Promise<Verdict> {
  const random: RandomStream = randomStream(seed, 'fuzz', target.name, input);
  const file = target.seeds[random.integer(target.seeds.length)]!;
  const { bytes, truncated } = mutate(file.bytes, random);
  const label = `${file.name}, input ${input}`;
  try {
    const pixels = await file.read(bytes.slice());
    if (file.length !== undefined && pixels.length !== file.length) {
      return { kind: 'defect', detail: `${label}: ${pixels.length} of ${file.length} pixels` };
    }
    if (truncated && !sameValues(pixels, await file.read(file.bytes.slice()))) {
      return { kind: 'defect', detail: `${label}: truncated at ${bytes.length}, but other pixels` };
    }
    return { kind: 'read', detail: label };
  } catch (error) {
    if (error instanceof ImageFileError) return { kind: 'refused', detail: error.code };
    return { kind: 'defect', detail: `${label}: ${error instanceof Error ? error.stack : error}` };
  }
}

function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
