import { useState } from 'preact/hooks';
import type { ReaderState } from '../../server/reading.ts';
import { ask } from '../api.ts';
import { Notice } from '../notice.tsx';
import { useKeys } from '../use-keys.ts';
import { INSTRUCTIONS } from './instructions.ts';
import type { SessionState } from './reading-state.ts';

/** What a reader is told before a session. */
export function BeforeSession(props: {
  state: SessionState;
  onState: (state: ReaderState) => void;
}) {
  const { state, onState } = props;
  const [problem, setProblem] = useState('');
  const begin = () =>
    ask<ReaderState>('/reader/begin', { session: state.session }).then(onState, (error: Error) =>
      setProblem(error.message),
    );
  useKeys((key) => {
    if (key !== 'Enter') return false;
    void begin();
    return true;
  });
  const what = state.purpose === 'education' ? 'triplets' : 'images';
  return (
    <Notice title={`Session ${state.session} of ${state.sessions}`}>
      <p>
        {state.studyName} · {state.readerName} · {state.slots} {what}
      </p>
      <p>{INSTRUCTIONS[state.purpose]}</p>
      {problem && <p role="alert">{problem}</p>}
      <button type="button" class="primary" onClick={begin}>
        Begin (Enter)
      </button>
    </Notice>
  );
}
