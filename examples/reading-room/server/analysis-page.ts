import {
  type AccuracyRow,
  compareSessions,
  holmAdjust,
  type Read,
  readerAccuracies,
  readingTimes,
} from '@mammo/reader-study-stats';

const POLICY = 'incorrect';

/** The finished study as one page without scripts: accuracies, what changed between sessions, times. */
export function analysisPage(name: string, reads: readonly Read[]): string {
  const title = escapeHtml(name);
  const body =
    reads.length === 0
      ? '<p>No image was read.</p>'
      : [accuracyTable(reads), comparisonTable(reads), timeTable(reads)].join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/page.css"></head>
<body class="page"><h1>${title}</h1>
<p>${reads.length} answers. “Unsure” counts as a wrong answer. Research software, not a medical device.</p>
${body}
</body></html>
`;
}

function accuracyTable(reads: readonly Read[]): string {
  const rows = readerAccuracies(reads, { unsure: POLICY });
  return table('Share of right answers', {
    head: [
      'Reader',
      'Session',
      'Images',
      'Looking',
      'Right',
      'Accuracy',
      '95 % interval (Wilson)',
      'Unsure',
    ],
    rows: rows.map((row) => [
      row.reader,
      row.session,
      row.truth,
      row.appearance,
      `${row.accuracy.k} of ${row.accuracy.n}`,
      ...sharesOf(row),
      String(row.unsure),
    ]),
  });
}

function sharesOf({ accuracy }: AccuracyRow): [string, string] {
  if (accuracy.status === 'empty') return ['–', '–'];
  return [percent(accuracy.rate), `${percent(accuracy.lower)} – ${percent(accuracy.upper)}`];
}

/** The first and the last session in which a reader saw both real and synthetic images, Holm over all comparisons. */
function comparisonTable(reads: readonly Read[]): string {
  const mixed = [...new Set(reads.map(({ session }) => session))].filter((session) =>
    (['real', 'fake'] as const).every((truth) =>
      reads.some((read) => read.session === session && read.truth === truth),
    ),
  );
  const [from, to] = [mixed[0], mixed.at(-1)];
  if (from === undefined || to === undefined || from === to) return '';
  const compared = [...new Set(reads.map(({ reader }) => reader))].flatMap((reader) =>
    (['real', 'fake'] as const)
      .filter((truth) => [from, to].every((session) => has(reads, { reader, session, truth })))
      .map((truth) => ({
        reader,
        truth,
        change: compareSessions(reads, { reader, truth, from, to, unsure: POLICY }),
      })),
  );
  if (compared.length === 0) return '';
  const adjusted = holmAdjust(compared.map(({ change }) => change.pValue));
  return table(`Session ${to} against session ${from}`, {
    head: ['Reader', 'Images', 'Difference', '95 % interval (Newcombe)', 'p (Fisher)', 'p (Holm)'],
    rows: compared.map(({ reader, truth, change }, i) => [
      reader,
      truth,
      percent(change.estimate),
      `${percent(change.ci.lower)} – ${percent(change.ci.upper)}`,
      change.pValue.toPrecision(2),
      adjusted[i]!.toPrecision(2),
    ]),
  });
}

function has(reads: readonly Read[], wanted: Pick<Read, 'reader' | 'session' | 'truth'>): boolean {
  return reads.some(
    ({ reader, session, truth }) =>
      reader === wanted.reader && session === wanted.session && truth === wanted.truth,
  );
}

function timeTable(reads: readonly Read[]): string {
  return table('Reading time', {
    head: ['Reader', 'Session', 'Images', 'Minutes', 'Median, s'],
    rows: readingTimes(reads).map((row) => [
      row.reader,
      row.session,
      String(row.timed),
      row.totalMinutes.toFixed(1),
      row.medianSeconds.toFixed(1),
    ]),
  });
}

function table(
  title: string,
  {
    head,
    rows,
  }: { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] },
): string {
  const cells = (tag: string, texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  return `<h2>${escapeHtml(title)}</h2>
<div class="scroll"><table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table></div>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
