/** How grey levels become light: the levels from `low` to `high` are spread over black to white. */
export interface GreyWindow {
  readonly low: number;
  readonly high: number;
  readonly inverted: boolean;
}

/** Which part of a picture is seen. */
export interface Viewport {
  /** Device pixels for each pixel of the picture; 'fit' shows all of it. */
  readonly zoom: number | 'fit';
  /** Centre, shares of the picture's width and height. */
  readonly x: number;
  readonly y: number;
}

/** Windows that a key goes through: full range, soft tissue, dense tissue. */
export const WINDOWS: readonly GreyWindow[] = [
  { low: 0, high: 65535, inverted: false },
  { low: 8000, high: 42000, inverted: false },
  { low: 20000, high: 60000, inverted: false },
];

/** All of a picture. */
export const WHOLE: Viewport = { zoom: 'fit', x: 0.5, y: 0.5 };

/** Draws grey levels with a window, once for each window: panning and zooming only copy. */
export function drawPicture(
  pixels: Uint16Array,
  size: { readonly height: number; readonly width: number },
  { low, high, inverted }: GreyWindow,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext('2d')!;
  const image = context.createImageData(size.width, size.height);
  const rgba = new Uint32Array(image.data.buffer);
  const scale = 255 / Math.max(1, high - low);
  const table = Uint32Array.from({ length: 65536 }, (_, level) => {
    const light = Math.round(Math.min(255, Math.max(0, (level - low) * scale)));
    return 0xff000000 | ((inverted ? 255 - light : light) * 0x010101);
  });
  for (let i = 0; i < pixels.length; i++) rgba[i] = table[pixels[i]!]!;
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Copies the part of a picture that is seen onto a canvas of the screen; pixels stay sharp from 1:1 on. */
export function showPicture(
  screen: HTMLCanvasElement,
  picture: HTMLCanvasElement,
  view: Viewport,
): void {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.max(1, Math.round(screen.clientWidth * ratio));
  const height = Math.max(1, Math.round(screen.clientHeight * ratio));
  if (screen.width !== width) screen.width = width;
  if (screen.height !== height) screen.height = height;
  const context = screen.getContext('2d')!;
  const zoom = zoomOf(view, picture, { width, height });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = zoom < 1;
  context.imageSmoothingQuality = 'high';
  const left = Math.round(width / 2 - view.x * picture.width * zoom);
  const top = Math.round(height / 2 - view.y * picture.height * zoom);
  context.drawImage(picture, left, top, picture.width * zoom, picture.height * zoom);
}

/** Device pixels for each pixel of a picture. */
export function zoomOf(
  { zoom }: Viewport,
  picture: { readonly width: number; readonly height: number },
  screen: { readonly width: number; readonly height: number },
): number {
  if (zoom !== 'fit') return zoom;
  return Math.min(screen.width / picture.width, screen.height / picture.height);
}
