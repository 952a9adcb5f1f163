import { useEffect, useRef, useState } from 'preact/hooks';
import type { ReaderState } from '../../server/reading.ts';
import { ask } from '../api.ts';
import { persist } from '../persist.ts';
import { useKeys } from '../use-keys.ts';
import { AnswerBar, type Label, labelOf } from './answer-bar.tsx';
import { PictureCache } from './picture-cache.ts';
import { type LoadedPicture, Pictures } from './pictures.tsx';
import type { SessionState } from './reading-state.ts';
import { VisibleClock } from './visible-clock.ts';

const CAPTIONS = { image: '', real: 'Real', fake: 'Fake (synthetic)', difference: 'Difference' };

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
  const [shown, setShown] = useState<readonly LoadedPicture[]>([]);
  const [paused, setPaused] = useState(false);
  const [problem, setProblem] = useState('');
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
    if (shown.length === 0) return;
    clock.restart(!document.hidden && !paused);
    busy.current = false;
  };
  useEffect(() => {
    const onVisibility = () => clock.run(!busy.current && !document.hidden && !paused);
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [paused]);

  const pause = (stop: boolean) => {
    clock.run(!stop && !document.hidden);
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
      visibleMs: Math.round(clock.elapsedMs),
    };
    try {
      onState(await persist(() => ask<ReaderState>('/reader/answer', given), setProblem));
    } catch (error) {
      setProblem((error as Error).message);
      props.onRefused();
    }
  };
  const isEducation = state.purpose === 'education';
  useKeys((key, isRepeat) => {
    const label = labelOf(key, isEducation);
    if (isRepeat || (key !== 'p' && !label)) return false;
    if (label) void answer(label);
    else pause(!paused);
    return true;
  });

  return (
    <main class="reading" data-position={slot.position}>
      {paused ? (
        <div class="paused">
          <p>Paused. The time is not counted.</p>
          <button type="button" class="primary" onClick={() => pause(false)}>
            Go on (p)
          </button>
        </div>
      ) : (
        <Pictures pictures={shown} onShown={onShown} />
      )}
      <AnswerBar isEducation={isEducation} onAnswer={answer}>
        Session {state.session}, {slot.position} of {state.slots}
      </AnswerBar>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </main>
  );
}
