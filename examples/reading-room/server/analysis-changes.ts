import { compareSessions, holmAdjust, type Read } from '@mammo/reader-study-stats';
import {
  figure,
  forestPlot,
  formatInterval,
  formatPValue,
  type Html,
  html,
} from '@mammo/reader-study-stats/report';
import { distinct, mixedSessions, UNSURE } from './study-reads.ts';

/** The last session against the first in which readers saw both real and synthetic images, Holm over all comparisons; or nothing. */
export function changeSection(reads: readonly Read[]): Html | undefined {
  const mixed = mixedSessions(reads);
  const [from, to] = [mixed[0], mixed.at(-1)];
  if (from === undefined || to === undefined || from === to) return undefined;
  const compared = distinct(reads, 'reader').flatMap((reader) =>
    (['real', 'fake'] as const)
      .filter((truth) => [from, to].every((session) => has(reads, { reader, session, truth })))
      .map((truth) => ({
        reader,
        truth,
        change: compareSessions(reads, { reader, truth, from, to, unsure: UNSURE }),
      })),
  );
  if (compared.length === 0) return undefined;
  const adjusted = holmAdjust(compared.map(({ change }) => change.pValue));
  const svg = forestPlot(
    compared.map(({ reader, truth, change }) => ({
      name: `${reader}, ${truth}`,
      estimate: change.estimate,
      ...change.ci,
      tone: truth === 'real' ? 0 : 1,
    })),
    {
      title: `Right answers in session ${to} minus session ${from}`,
      x: { label: 'difference of the shares of right answers' },
      references: [{ value: 0, label: 'no change' }],
    },
  );
  return html`<section><h2>Session ${to} against session ${from}</h2>
${figure({
  svg,
  caption: 'Differences with Newcombe’s 95 % intervals: above 0, the later session was better.',
  table: {
    columns: ['Reader', { label: 'Images', align: 'text' }, 'Difference', 'p (Fisher)', 'p (Holm)'],
    rows: compared.map(({ reader, truth, change }, i) => [
      reader,
      truth,
      formatInterval(change.estimate, change.ci),
      formatPValue(change.pValue),
      formatPValue(adjusted[i]!),
    ]),
  },
})}</section>`;
}

function has(reads: readonly Read[], wanted: Pick<Read, 'reader' | 'session' | 'truth'>): boolean {
  return reads.some(
    ({ reader, session, truth }) =>
      reader === wanted.reader && session === wanted.session && truth === wanted.truth,
  );
}
