import type { ImageWindow } from './crop-image.ts';
import { erode } from './erode.ts';
import { type ForegroundMethod, foregroundThreshold } from './foreground.ts';
import { largestComponent } from './largest-component.ts';
import type { GreyImage } from './resize.ts';

/** Options of {@link findBreast}. */
export interface FindBreastOptions {
  /** Where the chest wall is: there the window ends with the breast, without a margin. */
  readonly chestWall: 'left' | 'right';
  /** Pixels kept around the breast. Default: 50. */
  readonly margin?: number;
  /** Lines and labels thinner than about twice this many pixels are dropped. Default: 100, an eighth of a small image's side. */
  readonly opening?: number;
  /** `nonzero`: all that is not 0; `otsu`: all above a threshold. Default: `auto`, by the image's background. */
  readonly method?: ForegroundMethod | 'auto';
}

/** Where the breast is in an image, and how it was found. */
export interface BreastWindow extends ImageWindow {
  /** The breast without its margin. */
  readonly breast: ImageWindow;
  /** `whole`: nothing was found, and the window is the whole image. */
  readonly method: ForegroundMethod | 'whole';
  /** Pixels above this level were taken for foreground. */
  readonly above: number;
  /** Radius of the opening in pixels: the option's, or 0 where nothing survived that. */
  readonly opening: number;
  /** Columns between the breast and the side of the chest wall: above 0 something is wrong. */
  readonly chestWallDistance: number;
}

/**
 * Finds the breast: the largest connected foreground after an opening (erosion, then dilation) by a diamond, with a margin.
 *
 * Film, whose background is not 0, is told from its background by Otsu's threshold instead.
 *
 * @throws RangeError if an option is out of range
 * @example
 * ```ts
 * const pixels = new Uint16Array(20 * 20);
 * for (let row = 5; row < 15; row++) pixels.fill(40000, row * 20, row * 20 + 8); // at the left border
 * const { breast } = findBreast({ pixels, height: 20, width: 20 }, { chestWall: 'left', margin: 2 });
 * [breast.top, breast.bottom, breast.left, breast.right]; // => [5, 15, 0, 8]
 * ```
 * @see N. Wu et al. (2019), doi:10.1109/TMI.2019.2945514, whose public code crops so: with `nonzero` the windows are the same.
 *
 * **Differences**: film; a smaller opening for small images, and none where nothing survives it.
 */
export function findBreast(image: GreyImage, options: FindBreastOptions): BreastWindow {
  const { height, width } = image;
  const { chestWall, margin = 50, method = 'auto' } = options;
  const { opening = Math.min(100, Math.floor(Math.min(height, width) / 8)) } = options;
  requirePixels('margin', margin);
  requirePixels('opening', opening);
  const threshold = foregroundThreshold(image, method);
  const found =
    openedComponent(image, threshold.above, opening) ?? openedComponent(image, threshold.above, 0);
  if (found === undefined) {
    const whole = { top: 0, bottom: height, left: 0, right: width };
    return {
      ...whole,
      breast: whole,
      ...threshold,
      method: 'whole',
      opening,
      chestWallDistance: 0,
    };
  }
  const breast = found.window;
  return {
    top: Math.max(0, breast.top - margin),
    bottom: Math.min(height, breast.bottom + margin),
    left: chestWall === 'left' ? breast.left : Math.max(0, breast.left - margin),
    right: chestWall === 'right' ? breast.right : Math.min(width, breast.right + margin),
    breast,
    ...threshold,
    opening: found.opening,
    chestWallDistance: chestWall === 'left' ? breast.left : width - breast.right,
  };
}

/** The window of the largest component after the opening. The dilation of a diamond widens it by its radius on every side. */
function openedComponent(image: GreyImage, above: number, opening: number) {
  const { height, width } = image;
  const eroded = erode(image, { above, radius: opening });
  const component = largestComponent(eroded, image);
  if (component === undefined) return undefined;
  const { top, bottom, left, right } = component.window;
  const window: ImageWindow = {
    top: Math.max(0, top - opening),
    bottom: Math.min(height, bottom + opening),
    left: Math.max(0, left - opening),
    right: Math.min(width, right + opening),
  };
  return { window, opening };
}

function requirePixels(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value < 65535) return;
  throw new RangeError(`findBreast: ${name} must be an integer in 0..65534, got ${value}`);
}
