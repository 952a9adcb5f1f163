const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text for HTML and XML, in elements and in quoted attributes. Characters that XML forbids become
 * U+FFFD, so that a hostile identifier cannot break a picture.
 */
export function escapeMarkup(text: string): string {
  return replaceControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Control characters (terminal escapes among them), lone surrogates and non-characters as U+FFFD. */
export function replaceControls(text: string): string {
  return text.replace(FORBIDDEN, '\uFFFD');
}

const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029\uFFFE\uFFFF\p{Cs}]/gu;
