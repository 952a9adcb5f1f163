import type { CaseImage } from './case-image.ts';
import type { ManifestRow } from './manifest-row.ts';
import { hmacSha256 } from './sha256.ts';

const SHORTEST_SALT = 16;

/**
 * Replaces the ids of patients, examinations and images by their HMAC-SHA-256 under a secret salt, 64 hexadecimal digits:
 * the same id gives the same hash, and without the salt no one can try ids. Paths stay as they are.
 *
 * @throws RangeError if the salt has fewer than 16 characters
 * @example
 * ```ts
 * const image = { imageId: 'i', patientId: 'P1', laterality: 'L', view: 'CC', label: 'negative' } as const;
 * const [hashed] = await hashIds([image], { salt: 'a secret of this study' });
 * hashed?.patientId.length; // => 64
 * ```
 * @see H. Krawczyk, M. Bellare, R. Canetti (1997), HMAC: keyed-hashing for message authentication, RFC 2104
 */
export async function hashIds<Image extends CaseImage & Pick<ManifestRow, 'examId'>>(
  images: readonly Image[],
  { salt }: { readonly salt: string },
): Promise<readonly Image[]> {
  if (typeof salt !== 'string' || salt.length < SHORTEST_SALT) {
    throw new RangeError(
      `hashIds: salt must have at least ${SHORTEST_SALT} characters, got ${salt?.length ?? 0}`,
    );
  }
  const hashes = new Map<string, Promise<string>>();
  const hashed = (id: string): Promise<string> => {
    const known = hashes.get(id) ?? hmacSha256(salt, id);
    hashes.set(id, known);
    return known;
  };
  return Promise.all(
    images.map(async (image) => ({
      ...image,
      imageId: await hashed(image.imageId),
      patientId: await hashed(image.patientId),
      ...(image.examId !== undefined && { examId: await hashed(image.examId) }),
    })),
  );
}
