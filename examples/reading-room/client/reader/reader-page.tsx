import { useEffect, useState } from 'preact/hooks';
import type { ReaderState } from '../../server/reading.ts';
import { ask } from '../api.ts';
import { Notice } from '../notice.tsx';
import { persist } from '../persist.ts';
import { BeforeSession } from './before-session.tsx';
import { Session } from './session.tsx';

/** The sessions of one reader: the server says what comes next, this page shows it. */
export function ReaderPage() {
  const [state, setState] = useState<ReaderState>();
  const [problem, setProblem] = useState('');
  const refresh = () =>
    persist(() => ask<ReaderState>('/reader/state'), setProblem).then(setState, show);
  const show = (error: Error) => setProblem(error.message);
  useEffect(() => void refresh(), []);

  if (!state) return <Notice title="Reading room">{problem || 'One moment …'}</Notice>;
  switch (state.state) {
    case 'finished':
      return (
        <Notice title="Thank you">
          All sessions of {state.studyName} are read. You may close this page.
        </Notice>
      );
    case 'closed':
      return (
        <Notice title="The study is closed">Your answers are kept. You may close this page.</Notice>
      );
    case 'before-session':
      return <BeforeSession state={state} onState={setState} />;
    case 'reading':
      return <Session state={state} onState={setState} onRefused={refresh} />;
    default:
      throw new RangeError(`state: unknown ${JSON.stringify(state satisfies never)}`);
  }
}
