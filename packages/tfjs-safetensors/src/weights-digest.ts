/**
 * SHA-256 of a file of weights, as 64 hexadecimal digits: what a card names its weights by.
 *
 * @example
 * ```ts
 * (await weightsDigest(new Uint8Array())).slice(0, 8); // => 'e3b0c442'
 * ```
 */
export async function weightsDigest(bytes: Uint8Array): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', Uint8Array.from(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Makes sure that weights are those that a card was written for.
 *
 * @param weightsSha256 - the digest in the card
 * @throws RangeError if their digest is another
 * @example
 * ```ts
 * const weights = Uint8Array.of(1, 2);
 * await checkWeightsDigest(weights, await weightsDigest(weights), { caller: 'demo' });
 * ```
 */
export async function checkWeightsDigest(
  weights: Uint8Array,
  weightsSha256: string,
  { caller }: { readonly caller: string },
): Promise<void> {
  const found = await weightsDigest(weights);
  if (found !== weightsSha256) {
    throw new RangeError(
      `${caller}: weights must have the SHA-256 ${weightsSha256} of their card, got ${found}`,
    );
  }
}
