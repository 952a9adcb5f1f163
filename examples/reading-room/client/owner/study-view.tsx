import { useEffect, useState } from 'preact/hooks';
import type { Progress, StudyOverview } from '../../server/dashboard.ts';
import { ask } from '../api.ts';

const REFRESH_MS = 5000;

/** One study: who has come how far, links for readers, and, once it is closed, its answers. */
export function StudyView(props: { id: string; onChange: () => void }) {
  const { id } = props;
  const [study, setStudy] = useState<StudyOverview>();
  const [links, setLinks] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState('');
  const show = (error: Error) => setProblem(error.message);
  const refresh = () => ask<StudyOverview>(`/owner/studies/${id}`).then(setStudy, show);
  useEffect(() => {
    void refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [id]);
  if (!study) return <p role="status">{problem || 'One moment …'}</p>;

  const makeLink = (reader: string) =>
    ask<{ token: string }>(`/owner/studies/${id}/readers/${reader}/link`, {}).then(
      ({ token }) => setLinks({ ...links, [reader]: `${location.origin}/#join=${token}` }),
      show,
    );
  const close = () => {
    const sure = confirm(
      'Close the study? No answer is taken after that, and it cannot be opened again.',
    );
    if (sure) void ask(`/owner/studies/${id}/close`, {}).then(refresh, show).then(props.onChange);
  };
  return (
    <section>
      <h2>{study.name}</h2>
      {problem && <p role="alert">{problem}</p>}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Reader</th>
              {study.sessions.map(({ ordinal, purpose, slots }) => (
                <th scope="col" key={ordinal}>
                  {ordinal}{' '}
                  <span class="small">
                    {purpose}, {slots}
                  </span>
                </th>
              ))}
              {!study.closedAt && <th scope="col">Link</th>}
            </tr>
          </thead>
          <tbody>
            {study.readers.map((reader) => (
              <tr key={reader.id}>
                <th scope="row">{reader.name}</th>
                {reader.progress.map((progress, i) => (
                  <ProgressCell
                    key={progress.ordinal}
                    progress={progress}
                    slots={study.sessions[i]!.slots}
                  />
                ))}
                {!study.closedAt && (
                  <td>
                    {links[reader.id] ? (
                      <input
                        aria-label={`Link for ${reader.name}`}
                        readOnly
                        value={links[reader.id]}
                        onFocus={(event) => (event.currentTarget as HTMLInputElement).select()}
                      />
                    ) : (
                      <button type="button" onClick={() => makeLink(reader.id)}>
                        New link
                      </button>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {study.closedAt ? (
        <p>
          <a href={`/api/owner/studies/${id}/analysis.html`}>Analysis</a> ·{' '}
          <a href={`/api/owner/studies/${id}/reads.csv`}>Answers (CSV)</a> ·{' '}
          <a href={`/api/owner/studies/${id}/reads.imrmc`}>Ratings (.imrmc)</a>
        </p>
      ) : (
        <p>
          Answers stay hidden, from you too, until the study is closed.{' '}
          <button type="button" onClick={close}>
            Close the study
          </button>
        </p>
      )}
    </section>
  );
}

function ProgressCell({ progress, slots }: { progress: Progress; slots: number }) {
  const { answered, medianSeconds } = progress;
  return (
    <td>
      <meter min={0} max={slots} value={answered} aria-label={`${answered} of ${slots}`} />
      <br />
      {answered} of {slots}
      {medianSeconds !== null && <span class="small"> · {medianSeconds.toFixed(1)} s</span>}
    </td>
  );
}
