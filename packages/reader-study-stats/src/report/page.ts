import { escapeMarkup } from './escape.ts';
import { type Html, htmlText } from './html.ts';
import { DARK, LIGHT, type Palette } from './palette.ts';

/** Options of {@link page}. */
export interface PageOptions {
  /** Language of the page; default 'en'. */
  readonly language?: string;
  /** Further rules, after the page's own. */
  readonly style?: string;
}

/**
 * One self-contained HTML page: no script, no font, nothing fetched. Light and dark as the reader's
 * screen is, one column on narrow screens, black on white in print.
 *
 * Classes of its style sheet: `lead`, `note`, `warning`, `alert`, `cards` with `card` (a `<b>` and a
 * `<span>`), `columns`, `scroll`.
 *
 * @param title of the page and of its window
 * @param body fragments made by `html`
 * @example
 * ```ts
 * page('Reader study', html`<h1>Reader study</h1>`).startsWith('<!doctype html>'); // => true
 * ```
 */
export function page(title: string, body: Html, options: PageOptions = {}): string {
  const { language = 'en', style = '' } = options;
  return `<!doctype html>
<html lang="${escapeMarkup(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}${style.replaceAll('</', '<\\/')}</style>
</head>
<body>
<main>
${htmlText(body)}
</main>
</body>
</html>
`;
}

const colours = ({ ground, ink, soft, grid }: Palette): string =>
  `--ground: ${ground}; --ink: ${ink}; --soft: ${soft}; --line: ${grid};`;

const STYLE = `
:root { color-scheme: light dark; ${colours(LIGHT)} --head: #eef1f5; --warning: #fff4d6; --alert: #fdeaea; --link: #0b62a4; }
@media screen and (prefers-color-scheme: dark) { :root { ${colours(DARK)} --head: #222a33; --warning: #3a2f10; --alert: #42201f; --link: #8ec5f7; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 80px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 22px; line-height: 1.3; margin: 48px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 17px; margin: 28px 0 8px; }
p, li { max-width: 76ch; overflow-wrap: anywhere; }
a { color: var(--link); }
.lead { color: var(--soft); font-size: 18px; margin: 0 0 20px; }
.note { color: var(--soft); font-size: 14px; }
.warning, .alert { max-width: 76ch; padding: 10px 14px; margin: 16px 0; border-left: 4px solid #b8860b; background: var(--warning); }
.alert { border-left-color: #c0392b; background: var(--alert); }
.cards, .columns { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.columns { gap: 24px; align-items: flex-start; }
.columns > * { min-width: 0; }
.card { flex: 1 1 170px; border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.card b { display: block; font-size: 26px; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: 13px; }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; border: 1px solid var(--line); margin: 12px 0; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: 4px 0; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: right; }
th.text, td.text { text-align: left; }
thead th, thead td { background: var(--head); vertical-align: bottom; }
tbody th { font-weight: 500; }
figure { margin: 0 0 20px; max-width: 100%; }
figure svg { display: block; border: 1px solid var(--line); border-radius: 8px; }
figcaption { color: var(--soft); font-size: 14px; margin-top: 6px; max-width: 76ch; }
summary { cursor: pointer; color: var(--soft); font-size: 14px; }
pre { overflow-x: auto; font: 13px/1.4 ui-monospace, Consolas, monospace; }
img { max-width: 100%; }
@media (max-width: 600px) { main { padding: 20px 14px 48px; } h1 { font-size: 24px; } th, td { padding: 5px 8px; } }
@media print { main { max-width: none; padding: 0; } .scroll { overflow: visible; } figure, tr, .card { break-inside: avoid; } h2, h3 { break-after: avoid; } thead { display: table-header-group; } }
`;
