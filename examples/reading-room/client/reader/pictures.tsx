import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useKeys } from '../use-keys.ts';
import {
  drawPicture,
  type GreyWindow,
  showPicture,
  type Viewport,
  WHOLE,
  WINDOWS,
  zoomOf,
} from './display.ts';

/** A picture that has arrived. */
export interface LoadedPicture {
  readonly id: string;
  /** Above it; empty where a picture stands alone. */
  readonly caption: string;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint16Array;
}

/** One picture, or several of one size side by side with the same window, zoom and place. */
export function Pictures(props: {
  readonly pictures: readonly LoadedPicture[];
  readonly onShown: () => void;
}) {
  const { pictures } = props;
  const { height, width } = pictures[0] ?? { height: 1, width: 1 };
  const [view, setView] = useState<Viewport>(WHOLE);
  const [grey, setGrey] = useState<GreyWindow>(WINDOWS[0]!);
  const [size, setSize] = useState(0);
  const screens = useRef<(HTMLCanvasElement | null)[]>([]);
  const key = pictures.map(({ id }) => id).join();

  useEffect(() => setView(WHOLE), [key]);
  useEffect(() => {
    const resized = () => setSize((count) => count + 1);
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, []);
  useKeys((pressed) => {
    const screen = screens.current[0];
    if (!screen) return false;
    const nextView = viewAfter(pressed, view, zoomOf(view, { height, width }, screen));
    const nextGrey = greyAfter(pressed, grey);
    if (nextView) setView(nextView);
    if (nextGrey) setGrey(nextGrey);
    return nextView !== undefined || nextGrey !== undefined;
  });

  const drawn = useMemo(
    () => pictures.map((picture) => drawPicture(picture.pixels, picture, grey)),
    [key, grey],
  );
  useLayoutEffect(() => {
    drawn.forEach((picture, i) => {
      const screen = screens.current[i];
      if (screen) showPicture(screen, picture, view);
    });
  }, [drawn, view, size]);
  useLayoutEffect(() => props.onShown(), [key]);

  const drag = (event: PointerEvent) => {
    if (event.buttons === 0) return;
    if (event.shiftKey || event.buttons === 4) {
      const screen = event.currentTarget as HTMLCanvasElement;
      setView(pannedView(event, view, { height, width, screen }));
    } else setGrey(dragged(grey, event.movementX, event.movementY));
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const screen = event.currentTarget as HTMLCanvasElement;
    const zoom = zoomOf(view, { height, width }, screen);
    setView(zoomed(view, zoom, event.deltaY < 0 ? 1.15 : 1 / 1.15));
  };

  return (
    <div class="pictures" data-grey={`${grey.low}-${grey.high}${grey.inverted ? ' inverted' : ''}`}>
      {pictures.map(({ id, caption }, i) => (
        <figure key={i}>
          {caption && <figcaption>{caption}</figcaption>}
          <canvas
            ref={(element) => {
              screens.current[i] = element;
            }}
            role="img"
            aria-label={caption || 'Mammogram to be judged'}
            data-picture={id}
            onPointerMove={drag}
            onWheel={wheel}
          />
        </figure>
      ))}
    </div>
  );
}

const STEP = 0.08;

function pannedView(
  { movementX, movementY }: PointerEvent,
  view: Viewport,
  size: { readonly height: number; readonly width: number; readonly screen: HTMLCanvasElement },
): Viewport {
  const zoom = zoomOf(view, size, size.screen);
  const share = (window.devicePixelRatio || 1) / zoom;
  return moved(view, zoom, {
    x: (-movementX * share) / size.width,
    y: (-movementY * share) / size.height,
  });
}

function viewAfter(key: string, view: Viewport, zoom: number): Viewport | undefined {
  switch (key) {
    case '+':
    case '=':
      return zoomed(view, zoom, 1.25);
    case '-':
      return zoomed(view, zoom, 1 / 1.25);
    case '0':
      return WHOLE;
    case '9':
      return { ...view, zoom: 1 };
    case 'ArrowLeft':
      return moved(view, zoom, { x: -STEP, y: 0 });
    case 'ArrowRight':
      return moved(view, zoom, { x: STEP, y: 0 });
    case 'ArrowUp':
      return moved(view, zoom, { x: 0, y: -STEP });
    case 'ArrowDown':
      return moved(view, zoom, { x: 0, y: STEP });
    default:
      return undefined;
  }
}

function greyAfter(key: string, grey: GreyWindow): GreyWindow | undefined {
  switch (key) {
    case 'i':
      return { ...grey, inverted: !grey.inverted };
    case 'w': {
      const at = WINDOWS.findIndex(({ low, high }) => low === grey.low && high === grey.high);
      return { ...WINDOWS[(at + 1) % WINDOWS.length]!, inverted: grey.inverted };
    }
    default:
      return undefined;
  }
}

function zoomed(view: Viewport, zoom: number, factor: number): Viewport {
  return { ...view, zoom: Math.min(16, Math.max(0.05, zoom * factor)) };
}

function moved(view: Viewport, zoom: number, by: { x: number; y: number }): Viewport {
  const inside = (share: number) => Math.min(1, Math.max(0, share));
  return { zoom, x: inside(view.x + by.x), y: inside(view.y + by.y) };
}

/** Sideways changes the contrast, up and down the brightness, as radiologists are used to. */
function dragged({ low, high, inverted }: GreyWindow, right: number, down: number): GreyWindow {
  const centre = (low + high) / 2 + down * 60;
  const half = Math.max(256, (high - low) / 2 + right * 60);
  return { low: Math.round(centre - half), high: Math.round(centre + half), inverted };
}
