import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask } from './api.ts';
import { claimOfThisBrowser, forgetClaim } from './claim.ts';
import { Notice } from './notice.tsx';
import { OwnerPage } from './owner/owner-page.tsx';
import { ReaderPage } from './reader/reader-page.tsx';

type Role = 'owner' | 'reader' | 'nobody';

/** Shows each visitor his page. A link's secret stands behind the #: it never reaches a log or another site. */
function App() {
  const [role, setRole] = useState<Role>();
  const [problem, setProblem] = useState('');
  const token = new URLSearchParams(location.hash.slice(1)).get('join');
  const [joining, setJoining] = useState(token !== null);

  useEffect(() => {
    if (joining) return;
    ask<{ role: Role }>('/me').then(
      (me) => setRole(me.role),
      () => setProblem('The reading room cannot be reached. Please load this page again.'),
    );
  }, [joining]);

  const join = () =>
    ask('/join', { token, claim: claimOfThisBrowser() }).then(
      () => {
        forgetClaim();
        history.replaceState(null, '', '/');
        setJoining(false);
      },
      (error: Error) => setProblem(error.message),
    );

  if (problem) return <Notice title="Reading room">{problem}</Notice>;
  if (joining) {
    return (
      <Notice title="Welcome to the reading room">
        <p>This link works once, on this machine.</p>
        <button type="button" class="primary" onClick={join}>
          Enter
        </button>
      </Notice>
    );
  }
  switch (role) {
    case undefined:
      return <Notice title="Reading room">One moment …</Notice>;
    case 'owner':
      return <OwnerPage />;
    case 'reader':
      return <ReaderPage />;
    case 'nobody':
      return (
        <Notice title="Reading room">
          Please open the personal link that the owner of the study gave you.
        </Notice>
      );
    default:
      throw new RangeError(`role: unknown ${role satisfies never}`);
  }
}

render(<App />, document.getElementById('app')!);
