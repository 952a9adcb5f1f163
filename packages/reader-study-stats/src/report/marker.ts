import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from 'd3-shape';
import { escapeMarkup } from './escape.ts';
import { fillOf } from './palette.ts';
import { rounded } from './picture.ts';

const SHAPES: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolStar,
  symbolWye,
];

/**
 * A filled mark whose shape follows its tone; its title is shown by a pointer that rests on it.
 *
 * @param options area in square pixels, default 64
 */
export function marker(
  place: { readonly x: number; readonly y: number },
  tone: number,
  options: { readonly title?: string; readonly area?: number | undefined } = {},
): string {
  const { title, area = 64 } = options;
  const shape = symbol(SHAPES[tone], area).digits(2)();
  const text = title === undefined ? '' : `<title>${escapeMarkup(title)}</title>`;
  return `<path ${fillOf(tone)} transform="translate(${rounded(place.x)} ${rounded(place.y)})" d="${shape}">${text}</path>`;
}
