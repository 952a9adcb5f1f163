import { escapeMarkup } from './escape.ts';

const MARKUP: unique symbol = Symbol.for('@mammo/reader-study-stats/html') as never;

/**
 * A fragment of trusted HTML. The mark is a symbol, so that no data that came as JSON can pass for one.
 */
export interface Html {
  /** The markup; read it with {@link htmlText}. */
  readonly [MARKUP]: string;
}

/**
 * HTML from a template: every value is escaped, except fragments made by `html` or `trusted`, and
 * lists of them. `undefined` and `null` give nothing.
 *
 * @example
 * ```ts
 * htmlText(html`<p>${'a < b'}</p>`); // => '<p>a &lt; b</p>'
 * ```
 */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const text = parts.reduce((done, part, i) => done + rendered(values[i - 1]) + part);
  return trusted(text);
}

/**
 * Marks a text that the program built itself (a plot of this package, a data URI) as HTML.
 * @example
 * ```ts
 * htmlText(html`<p>${trusted('<b>1</b>')}</p>`); // => '<p><b>1</b></p>'
 * ```
 */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

/**
 * The text of a fragment.
 * @example
 * ```ts
 * htmlText(html`${1} < ${2}`); // => '1 < 2'
 * ```
 */
export function htmlText(fragment: Html): string {
  return fragment[MARKUP];
}

function rendered(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(rendered).join('');
  if (typeof value === 'object' && MARKUP in value) return (value as Html)[MARKUP];
  return escapeMarkup(String(value));
}
