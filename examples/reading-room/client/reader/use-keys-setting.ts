import { useState } from 'preact/hooks';

const SETTING = 'reading-room-single-keys';

/** Whether keys without Ctrl or Alt do something: those who dictate, or who press keys by mistake, can turn that off. */
export function useKeysSetting(): readonly [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(SETTING) !== 'off');
  const keep = (next: boolean) => {
    localStorage.setItem(SETTING, next ? 'on' : 'off');
    setOn(next);
  };
  return [on, keep];
}
