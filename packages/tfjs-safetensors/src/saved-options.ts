/**
 * The options of a network, from the metadata `options` of its file.
 *
 * @param json - undefined for a file without them
 * @param named - `caller`: whose errors they are
 * @returns what the JSON says, to be checked by the caller
 * @throws RangeError if there are none, or they are no JSON
 * @example
 * ```ts
 * savedOptions<{ width: number }>('{"width":80}', { caller: 'loadCad' }).width; // => 80
 * ```
 */
export function savedOptions<Options>(
  json: string | undefined,
  { caller }: { readonly caller: string },
): Options {
  if (json === undefined) {
    throw new RangeError(
      `${caller}: options must be given for a file without them in its metadata, got undefined`,
    );
  }
  try {
    return JSON.parse(json) as Options;
  } catch {
    throw new RangeError(`${caller}: the file's options must be JSON, got ${json}`);
  }
}
