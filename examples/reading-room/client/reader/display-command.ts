import { type GreyWindow, type Viewport, WHOLE, WINDOWS } from './display.ts';

/** What readers do to the display, by key or by button. */
export type DisplayCommand =
  | 'zoom-in'
  | 'zoom-out'
  | 'one-to-one'
  | 'whole'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'next-window'
  | 'more-contrast'
  | 'less-contrast'
  | 'brighter'
  | 'darker'
  | 'invert';

/** The keys of the commands. */
export const COMMAND_KEYS: Readonly<Record<string, DisplayCommand>> = {
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  9: 'one-to-one',
  0: 'whole',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  w: 'next-window',
  s: 'more-contrast',
  a: 'less-contrast',
  f: 'brighter',
  d: 'darker',
  i: 'invert',
};

/** How a picture is shown: which part of it, and through which window. */
export interface DisplayState {
  readonly view: Viewport;
  readonly grey: GreyWindow;
}

/** How a study begins to be shown. */
export const FIRST_DISPLAY: DisplayState = { view: WHOLE, grey: WINDOWS[0]! };

const PAN = 0.08;
const ZOOM = 1.25;
const LEVELS = 2500;

/** The display after a command. @param zoom - device pixels for each pixel of the picture at present */
export function afterCommand(
  { view, grey }: DisplayState,
  command: DisplayCommand,
  zoom: number,
): DisplayState {
  switch (command) {
    case 'zoom-in':
      return { view: zoomed(view, zoom * ZOOM), grey };
    case 'zoom-out':
      return { view: zoomed(view, zoom / ZOOM), grey };
    case 'one-to-one':
      return { view: { ...view, zoom: 1 }, grey };
    case 'whole':
      return { view: WHOLE, grey };
    case 'left':
      return { view: moved(view, zoom, { x: -PAN, y: 0 }), grey };
    case 'right':
      return { view: moved(view, zoom, { x: PAN, y: 0 }), grey };
    case 'up':
      return { view: moved(view, zoom, { x: 0, y: -PAN }), grey };
    case 'down':
      return { view: moved(view, zoom, { x: 0, y: PAN }), grey };
    case 'more-contrast':
      return { view, grey: windowed(grey, { wider: -LEVELS, higher: 0 }) };
    case 'less-contrast':
      return { view, grey: windowed(grey, { wider: LEVELS, higher: 0 }) };
    case 'brighter':
      return { view, grey: windowed(grey, { wider: 0, higher: -LEVELS }) };
    case 'darker':
      return { view, grey: windowed(grey, { wider: 0, higher: LEVELS }) };
    case 'next-window':
      return { view, grey: nextWindow(grey) };
    case 'invert':
      return { view, grey: { ...grey, inverted: !grey.inverted } };
    default:
      throw new RangeError(`afterCommand: unknown command ${command satisfies never}`);
  }
}

export function zoomed(view: Viewport, zoom: number): Viewport {
  return { ...view, zoom: Math.min(16, Math.max(0.05, zoom)) };
}

/** @param by - shares of the picture's width and height */
export function moved(
  view: Viewport,
  zoom: number,
  by: { readonly x: number; readonly y: number },
): Viewport {
  const inside = (share: number) => Math.min(1, Math.max(0, share));
  return { zoom, x: inside(view.x + by.x), y: inside(view.y + by.y) };
}

/** A window that lies `higher` by so many grey levels, and whose halves are `wider`. */
export function windowed(
  { low, high, inverted }: GreyWindow,
  { wider, higher }: { readonly wider: number; readonly higher: number },
): GreyWindow {
  const centre = Math.min(65535, Math.max(0, (low + high) / 2 + higher));
  const half = Math.min(65535, Math.max(256, (high - low) / 2 + wider));
  return { low: Math.round(centre - half), high: Math.round(centre + half), inverted };
}

function nextWindow({ low, high, inverted }: GreyWindow): GreyWindow {
  const at = WINDOWS.findIndex((one) => one.low === low && one.high === high);
  return { ...WINDOWS[(at + 1) % WINDOWS.length]!, inverted };
}
