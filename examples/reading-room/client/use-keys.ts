import { useLayoutEffect } from 'preact/hooks';

/** Calls `onKey` for every key without Ctrl, Alt or Meta; where it returns true, the browser does not act on the key. */
export function useKeys(onKey: (key: string, isRepeat: boolean) => boolean): void {
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (onKey(event.key, event.repeat)) event.preventDefault();
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  });
}
