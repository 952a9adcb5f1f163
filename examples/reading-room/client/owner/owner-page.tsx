import { useEffect, useState } from 'preact/hooks';
import type { StudyOverview } from '../../server/dashboard.ts';
import { ask } from '../api.ts';
import { StudyForm } from './study-form.tsx';
import { StudyView } from './study-view.tsx';

type StudyRow = Pick<StudyOverview, 'id' | 'name'> & { readonly closedAt: string | null };

/** The owner's page: all studies, one of them, or a new one. */
export function OwnerPage() {
  const [studies, setStudies] = useState<readonly StudyRow[]>([]);
  const [chosen, setChosen] = useState('');
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState('');
  const refresh = () =>
    ask<StudyRow[]>('/owner/studies').then(setStudies, (error: Error) => setProblem(error.message));
  useEffect(() => {
    document.title = 'Studies – Reading room';
    void refresh();
  }, []);
  return (
    <main class="owner">
      <h1>Reading room</h1>
      {problem && <p role="alert">{problem}</p>}
      <nav aria-label="Studies">
        {studies.map(({ id, name, closedAt }) => (
          <button type="button" key={id} aria-current={chosen === id} onClick={() => setChosen(id)}>
            {name} {closedAt ? '(closed)' : ''}
          </button>
        ))}
        <button type="button" aria-current={chosen === ''} onClick={() => setChosen('')}>
          New study
        </button>
      </nav>
      {warnings.length > 0 && (
        <p role="status" class="lines">
          {warnings.join('\n')}
        </p>
      )}
      {chosen ? (
        <StudyView key={chosen} id={chosen} onChange={refresh} />
      ) : (
        <StudyForm
          onCreated={(id, created) => {
            setWarnings(created);
            void refresh();
            setChosen(id);
          }}
        />
      )}
      <p class="small">
        Research software for safety studies, not a medical device. Synthetic images stay marked as
        such in the study’s key.
      </p>
    </main>
  );
}
