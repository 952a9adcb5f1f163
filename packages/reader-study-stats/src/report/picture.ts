import { escapeMarkup } from './escape.ts';
import { DARK_PICTURE, LIGHT } from './palette.ts';

/** What every plot says to those who cannot see it. */
export interface PictureText {
  /** Short name of the picture, read aloud first. */
  readonly title: string;
  /** What it shows, with its numbers; each plot writes one if none is given. */
  readonly description?: string;
}

const FONT_SIZE = 13;

/**
 * A self-contained SVG picture: its own ground, fonts of the system, dark on dark screens, no ids (so
 * that many pictures live in one page), no script. It shrinks with the page to 70 % of its size.
 */
export function picture(
  { width, height }: { readonly width: number; readonly height: number },
  { title, description }: Required<PictureText>,
  content: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="rs-plot" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `style="max-width:100%;min-width:${Math.round(width * 0.7)}px;height:auto" font-family="system-ui,-apple-system,'Segoe UI',sans-serif" font-size="${FONT_SIZE}" fill="none">` +
    `<title>${escapeMarkup(title)}</title><desc>${escapeMarkup(description)}</desc>` +
    `<style>@media screen and (prefers-color-scheme:dark){${DARK_PICTURE}}</style>` +
    `<rect class="ground" width="${width}" height="${height}" fill="${LIGHT.ground}"/>` +
    `${content}</svg>`
  );
}

/** A line of text; `soft` is for what comes second. */
export function label(
  text: string,
  place: { readonly x: number; readonly y: number },
  {
    anchor = 'start',
    soft = false,
    turned = false,
    bold = false,
  }: {
    readonly anchor?: 'start' | 'middle' | 'end';
    readonly soft?: boolean;
    /** Read from bottom to top. */
    readonly turned?: boolean;
    readonly bold?: boolean;
  } = {},
): string {
  const at = turned
    ? `transform="translate(${rounded(place.x)} ${rounded(place.y)}) rotate(-90)"`
    : `x="${rounded(place.x)}" y="${rounded(place.y)}"`;
  const style = soft ? ` class="soft" fill="${LIGHT.soft}"` : ` fill="${LIGHT.ink}"`;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text ${at} text-anchor="${anchor}"${style}${weight}>${escapeMarkup(text)}</text>`;
}

/** About how wide a text is drawn, in pixels: fonts differ, so this is on the safe side. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character > '\u2E7F' ? FONT_SIZE : FONT_SIZE * 0.56;
  return Math.ceil(width);
}

/** The text cut to a width, with an ellipsis. */
export function shortened(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`) > width) characters.pop();
  return `${characters.join('')}…`;
}

/** Coordinates to a tenth of a pixel. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
