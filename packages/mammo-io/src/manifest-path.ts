/**
 * What is wrong with the path of an image, if anything: it must not lead out of its folder by `..`, nor be an address.
 * Absolute paths are for the reader of the files to judge.
 */
export function pathProblem(path: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) return 'must name a file, not an address';
  const parts = path.split(/[/\\]/);
  let depth = 0;
  for (const part of parts) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return "must not lead out of the manifest's folder";
  }
  return undefined;
}
