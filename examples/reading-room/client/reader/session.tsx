import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReaderState } from '../../server/reading.ts';
import { ask } from '../api.ts';
import { persist } from '../persist.ts';
import { useKeys } from '../use-keys.ts';
import { AnswerBar, type Label, labelOf } from './answer-bar.tsx';
import { COMMAND_KEYS } from './display-command.ts';
import { Paused } from './paused.tsx';
import { PictureCache } from './picture-cache.ts';
import { type LoadedPicture, Pictures } from './pictures.tsx';
import type { SessionState } from './reading-state.ts';
import { ToolBar } from './tool-bar.tsx';
import { useDisplay } from './use-display.ts';
import { useKeysSetting } from './use-keys-setting.ts';
import { VisibleClock } from './visible-clock.ts';

const CAPTIONS = { image: '', real: 'Real', fake: 'Fake (synthetic)', difference: 'Difference' };

/** The longest time that the server takes for one picture: more than a day. */
const LONGEST_MS = 1e8;

/** One session: a picture after another, no way back. */
export function Session(props: {
  state: SessionState;
  onState: (state: ReaderState) => void;
  onRefused: () => void;
}) {
  const { state, onState } = props;
  const cache = useRef(new PictureCache()).current;
  const clock = useRef(new VisibleClock()).current;
  const busy = useRef(true);
  const timed = useRef('');
  const [shown, setShown] = useState<readonly LoadedPicture[]>([]);
  const [paused, setPaused] = useState(false);
  const [problem, setProblem] = useState('');
  const [keysOn, setKeysOn] = useKeysSetting();
  const display = useDisplay(shown);
  const { slot, next } = state;

  useEffect(() => {
    let current = true;
    busy.current = true;
    const ids = slot.pictures.map(({ id }) => id);
    const nextIds = next ? next.pictures.map(({ id }) => id) : [];
    cache.keep([...ids, ...nextIds]);
    persist(() => cache.load(ids), setProblem).then(
      (pixels) => {
        if (!current) return;
        setShown(
          slot.pictures.map(({ id, role, height, width }, i) => ({
            id,
            height,
            width,
            caption: CAPTIONS[role],
            pixels: pixels[i]!.subarray(0, height * width), // what follows are zeros
          })),
        );
        void cache.load(nextIds).catch(() => undefined); // it will be asked for again when it is its turn
      },
      (error: Error) => setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [slot.pictures[0]!.id]);

  const onShown = () => {
    const id = shown[0]?.id;
    if (id === undefined) return;
    if (id !== timed.current) {
      timed.current = id;
      clock.restart(false);
      busy.current = false;
    }
    clock.run(!document.hidden && !busy.current);
  };
  useEffect(() => {
    const onVisibility = () => clock.run(!busy.current && !document.hidden && !paused);
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [paused]);

  const pause = (stop: boolean) => {
    if (stop) clock.run(false); // it goes on when the picture is on the screen again
    setPaused(stop);
  };
  const answer = async (label: Label) => {
    if (busy.current || paused) return;
    busy.current = true;
    clock.run(false);
    const given = {
      session: state.session,
      position: slot.position,
      pictureId: slot.pictures[0]!.id,
      label,
      visibleMs: Math.min(LONGEST_MS, Math.round(clock.elapsedMs)),
    };
    try {
      onState(await persist(() => ask<ReaderState>('/reader/answer', given), setProblem));
    } catch (error) {
      setProblem((error as Error).message);
      busy.current = false;
      props.onRefused();
    }
  };
  const isEducation = state.purpose === 'education';
  useKeys((key, isRepeat) => {
    if (!keysOn || isRepeat || (isEducation && isOnControl())) return false;
    const label = labelOf(key, isEducation);
    if (label) void answer(label);
    else if (key === 'p') pause(!paused);
    return label !== undefined || key === 'p';
  });
  useKeys((key) => {
    const command = keysOn && !paused ? COMMAND_KEYS[key] : undefined;
    if (command) display.act(command);
    return command !== undefined;
  });

  return (
    <main class="reading" data-position={slot.position} aria-label="Reading">
      {paused ? (
        <Paused onGoOn={() => pause(false)} />
      ) : (
        <Pictures pictures={shown} display={display} onShown={onShown} />
      )}
      <footer>
        <p role="status">
          Session {state.session}, {slot.position} of {state.slots}
        </p>
        <AnswerBar {...{ isEducation, keysOn }} disabled={paused} onAnswer={answer} />
        <ToolBar
          inverted={display.state.grey.inverted}
          onCommand={display.act}
          keysOn={keysOn}
          onKeysOn={setKeysOn}
          paused={paused}
          onPause={() => pause(true)}
        />
      </footer>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </main>
  );
}

/** Whether Enter would press a button that has the focus. */
function isOnControl(): boolean {
  return document.activeElement instanceof HTMLButtonElement;
}
