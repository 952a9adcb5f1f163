import {
  type AnswersReport,
  figure,
  forestPlot,
  formatInterval,
  formatPValue,
  type Html,
  html,
} from '@mammo/reader-study-stats/report';

/** Each reader's last mixed session against the first, Holm over all comparisons; nothing where there are not two. */
export function changeSection({ comparisons, config }: AnswersReport): Html | undefined {
  if (comparisons.length === 0 || !config.compare) return undefined;
  const { from, to } = config.compare;
  const svg = forestPlot(
    comparisons.map(({ reader, truth, estimate, ci }) => ({
      name: `${reader}, ${truth}`,
      estimate,
      lower: ci.lower,
      upper: ci.upper,
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
    rows: comparisons.map(({ reader, truth, estimate, ci, pValue, adjustedPValue }) => [
      reader,
      truth,
      formatInterval(estimate, ci),
      formatPValue(pValue),
      formatPValue(adjustedPValue),
    ]),
  },
})}</section>`;
}
