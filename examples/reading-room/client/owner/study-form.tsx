import { useState } from 'preact/hooks';
import type { CreatedStudy } from '../../server/studies.ts';
import { ask } from '../api.ts';

/** Creates a study from a plan and its images. */
export function StudyForm(props: { onCreated: (id: string, warnings: readonly string[]) => void }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      const form = new FormData(event.currentTarget as HTMLFormElement);
      const { id, warnings } = await ask<CreatedStudy>('/owner/studies', form);
      props.onCreated(id, warnings);
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <h2>New study</h2>
      <label>
        Name <input name="name" required maxLength={200} />
      </label>
      <label>
        Plan, as <code>planReaderStudy</code> made it (JSON)
        <input type="file" name="plan" accept=".json,application/json" required />
      </label>
      <label>
        Images, each named after its case (DICOM, 16-bit PNG, PGM)
        <input type="file" name="images" multiple required />
      </label>
      {problem && (
        <p role="alert" class="lines">
          {problem}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {busy ? 'Reading the images …' : 'Create'}
      </button>
    </form>
  );
}
