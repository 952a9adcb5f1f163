/** A fragment of trusted HTML. */
export interface Html {
  readonly html: string;
}

/** Escapes every interpolated value that is not itself an `Html` fragment (or an array of them). */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const text = parts.reduce((done, part, i) => done + render(values[i - 1]) + part);
  return { html: text };
}

/** Marks a string that this program built itself (an SVG, a data URI) as HTML. */
export function trusted(text: string): Html {
  return { html: text };
}

/** A table: headings, then rows that their first cell names; in a described one the last column is text. */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  kind: 'plain' | 'described' = 'plain',
): Html {
  return html`<table class="${kind}">
<thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first ?? ''}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table>`;
}

/** One self-contained page: no script, no font, no picture from elsewhere. */
export function page(title: string, body: Html): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.html}
</main>
</body>
</html>
`;
}

function render(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(render).join('');
  if (typeof value === 'object' && 'html' in value) return String(value.html);
  return escapeHtml(String(value));
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const STYLE = `
:root { color-scheme: light; --ink: #1c2430; --soft: #5b6675; --line: #dfe4ea; --accent: #1769aa; --warn: #fff4d6; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f7f9; color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 80px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 22px; margin: 48px 0 12px; padding-top: 16px; border-top: 1px solid var(--line); }
h3 { font-size: 17px; margin: 28px 0 8px; }
p, li { max-width: 76ch; }
.lead { color: var(--soft); font-size: 18px; margin: 0 0 20px; }
.note { color: var(--soft); font-size: 14px; }
.warning { background: var(--warn); border-left: 4px solid #d99a00; padding: 10px 14px; margin: 16px 0; }
.simulated { background: #fdeaea; border-left: 4px solid #b3261e; padding: 10px 14px; margin: 16px 0; }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.card { flex: 1 1 170px; background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.card b { display: block; font-size: 26px; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: 13px; }
table { border-collapse: collapse; background: #fff; border: 1px solid var(--line); margin: 12px 0; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 12px; border-bottom: 1px solid var(--line); text-align: right; }
thead th { background: #eef1f5; vertical-align: bottom; }
tbody th, thead th:first-child { text-align: left; font-weight: 500; }
table.described td:last-child { text-align: left; color: var(--soft); }
.scroll { overflow-x: auto; }
svg { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 12px; max-width: 100%; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .grid { stroke: #e7ebf0; fill: none; } svg .chance { stroke: #b9c1cc; stroke-dasharray: 4 4; }
svg .paper { fill: none; stroke: #1c2430; stroke-width: 1.5; }
.columns { display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start; }
figure { margin: 0 0 18px; } figcaption { color: var(--soft); font-size: 13px; }
.triplet { display: inline-block; background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 10px; margin: 0 10px 14px 0; }
.triplet img { display: block; width: 496px; max-width: 100%; }
.legend { font-size: 12px; color: var(--soft); }
@media print { body { background: #fff; } main { max-width: none; } }
`;
