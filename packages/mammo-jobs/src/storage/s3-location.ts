/** An object, or a prefix of objects, of an S3-compatible server. */
export interface S3Location {
  readonly bucket: string;
  /** Without a slash at its ends; empty for the whole bucket. */
  readonly key: string;
}

/** Whether a text is meant as the address of an object store. */
export function isS3(location: string): boolean {
  return location.startsWith('s3://');
}

/**
 * Reads `s3://BUCKET/KEY`.
 *
 * @throws RangeError for any other text; no part of the key may be `.` or `..`, which some servers and all folders resolve
 */
export function s3Location(location: string): S3Location {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*))?$/.exec(location) ?? [];
  const parts = key.replace(/\/$/, '').split('/');
  const isKey = key === '' || !parts.some((part) => ['', '.', '..'].includes(part));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (bucket === undefined || !isKey || /[\u0000-\u001f\u007f]/.test(key)) {
    throw new RangeError(
      `storage: an object's address must be s3://BUCKET/KEY, its key without ".", ".." and empty parts, got ${JSON.stringify(location)}`,
    );
  }
  return { bucket, key: parts.join('/') };
}
