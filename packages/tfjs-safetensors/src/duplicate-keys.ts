/**
 * The first key that occurs twice in one object of a JSON text, or `undefined`.
 *
 * `JSON.parse` silently keeps the last of two equal keys, so two readers could see two different files.
 *
 * @param text - JSON that `JSON.parse` accepts
 */
export function findDuplicateKey(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // keys of the objects around; arrays have none
  for (const { 0: token, 1: colon } of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

/** A bracket, or a string with the colon that makes it a key. */
const TOKEN = /[{}[\]]|"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;
