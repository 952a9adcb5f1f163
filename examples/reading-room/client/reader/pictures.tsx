import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { drawPicture, showPicture } from './display.ts';
import { moved, windowed, zoomed } from './display-command.ts';
import type { Display } from './use-display.ts';

/** A picture that has arrived. */
export interface LoadedPicture {
  readonly id: string;
  /** Above it; empty where a picture stands alone. */
  readonly caption: string;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint16Array;
}

/** Grey levels for each pixel that the pointer is dragged. */
const DRAG = 60;

/** One picture, or several of one size side by side with the same window, zoom and place. */
export function Pictures(props: {
  readonly pictures: readonly LoadedPicture[];
  readonly display: Display;
  readonly onShown: () => void;
}) {
  const { pictures, display } = props;
  const { view, grey } = display.state;
  const [size, setSize] = useState(0);
  const screens = useRef<(HTMLCanvasElement | null)[]>([]);
  const key = pictures.map(({ id }) => id).join();

  useEffect(() => {
    const resized = () => setSize((count) => count + 1);
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, []);
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
    const { movementX, movementY, shiftKey, buttons } = event;
    if (shiftKey || buttons === 4) {
      const zoom = display.zoom();
      const share = (window.devicePixelRatio || 1) / zoom;
      const by = {
        x: (-movementX * share) / drawn[0]!.width,
        y: (-movementY * share) / drawn[0]!.height,
      };
      display.set({ grey, view: moved(view, zoom, by) });
    } else {
      // sideways changes the contrast, up and down the brightness, as radiologists are used to
      const change = { wider: movementX * DRAG, higher: movementY * DRAG };
      display.set({ view, grey: windowed(grey, change) });
    }
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const factor = event.deltaY < 0 ? 1.15 : 1 / 1.15;
    display.set({ grey, view: zoomed(view, display.zoom() * factor) });
  };

  return (
    <div class="pictures" data-grey={`${grey.low}-${grey.high}${grey.inverted ? ' inverted' : ''}`}>
      {pictures.map(({ id, caption }, i) => (
        <figure key={i}>
          {caption && <figcaption>{caption}</figcaption>}
          <canvas
            ref={(element) => {
              screens.current[i] = element;
              if (i === 0) display.screen.current = element;
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
