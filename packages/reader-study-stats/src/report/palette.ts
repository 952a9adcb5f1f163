/** The colours of a page or a picture on one ground. */
export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly soft: string;
  readonly grid: string;
  /** One for each series; they differ in lightness as well as in hue. */
  readonly tones: readonly string[];
}

/** Dark on white: also what is printed. */
export const LIGHT: Palette = {
  ground: '#ffffff',
  ink: '#1c2430',
  soft: '#56616f',
  grid: '#e3e7ec',
  tones: ['#0b62a4', '#c2410c', '#00795a', '#8e3b8f', '#8a6100', '#5b6675'],
};

/** Bright on near-black. */
export const DARK: Palette = {
  ground: '#161b21',
  ink: '#e8ebef',
  soft: '#a9b3bf',
  grid: '#333b45',
  tones: ['#6cb4f5', '#ff9466', '#3ecf9f', '#d79be0', '#e3b341', '#a9b3bf'],
};

/** Line patterns: series stay apart where colours do not reach, in print or to the colour-blind. */
const DASHES: readonly string[] = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2'];

/** The tone of the series at a place in a list. */
export function toneOf(place: number): number {
  return place % LIGHT.tones.length;
}

/** @throws RangeError if a tone is not the index of one */
export function checkTone(caller: string, name: string, tone: number | undefined): void {
  if (tone === undefined || LIGHT.tones[tone] !== undefined) return;
  throw new RangeError(`${caller}: tone of ${name} must be 0 to 5, got ${tone}`);
}

/** SVG attributes of a stroke in a tone; the dash pattern follows the tone. */
export function strokeOf(tone: number, dashed = true): string {
  const pattern = dashed ? DASHES[tone] : '';
  const dash = pattern ? ` stroke-dasharray="${pattern}"` : '';
  return `class="stroke-${tone}" stroke="${LIGHT.tones[tone]}"${dash}`;
}

/** SVG attributes of a filled shape in a tone. */
export function fillOf(tone: number): string {
  return `class="fill-${tone}" fill="${LIGHT.tones[tone]}"`;
}

/**
 * The rules that turn a picture dark on dark screens. Light colours are plain attributes, so programs
 * that know no style sheets, and printers, draw the light picture.
 */
export const DARK_PICTURE: string = [
  `.rs-plot .ground{fill:${DARK.ground}}`,
  `.rs-plot text{fill:${DARK.ink}}`,
  `.rs-plot .soft{fill:${DARK.soft}}`,
  `.rs-plot .grid{stroke:${DARK.grid}}`,
  `.rs-plot .rule{stroke:${DARK.soft}}`,
  `.rs-plot .outline{stroke:${DARK.ink}}`,
  ...DARK.tones.flatMap((tone, i) => [
    `.rs-plot .stroke-${i}{stroke:${tone}}`,
    `.rs-plot .fill-${i}{fill:${tone}}`,
  ]),
].join('');
