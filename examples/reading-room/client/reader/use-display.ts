import { useEffect, useRef, useState } from 'preact/hooks';
import { zoomOf } from './display.ts';
import {
  afterCommand,
  type DisplayCommand,
  type DisplayState,
  FIRST_DISPLAY,
} from './display-command.ts';
import type { LoadedPicture } from './pictures.tsx';

/** The display of a session, which keys, buttons and the pointer work on. */
export interface Display {
  readonly state: DisplayState;
  readonly set: (state: DisplayState) => void;
  readonly act: (command: DisplayCommand) => void;
  /** Device pixels for each pixel of the picture. */
  readonly zoom: () => number;
  /** The canvas of the first picture, once there is one. */
  readonly screen: { current: HTMLCanvasElement | null };
}

/** The window stays from picture to picture, as at a workstation; each picture is first shown whole. */
export function useDisplay(pictures: readonly LoadedPicture[]): Display {
  const [state, set] = useState(FIRST_DISPLAY);
  const screen = useRef<HTMLCanvasElement | null>(null);
  const first = pictures[0];
  useEffect(() => set((shown) => ({ ...shown, view: FIRST_DISPLAY.view })), [first?.id]);
  const zoom = () => (first && screen.current ? zoomOf(state.view, first, screen.current) : 1);
  return { state, set, act: (command) => set(afterCommand(state, command, zoom())), zoom, screen };
}
