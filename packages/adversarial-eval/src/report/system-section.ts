import { forestPlot } from '@mammo/reader-study-stats/report';
import type { SystemOutcome } from '../system-outcome.ts';
import { levelText, SHARE_AXIS, shareRow } from './plot-parts.ts';
import { quantity, rateQuantity } from './quantity.ts';
import type { ReportSection } from './report-model.ts';

/** What gets past the AI, the detector and the readers. */
export function systemSection(system: SystemOutcome): ReportSection {
  const { n, policies, readers, level, warnings } = system;
  const stages = [
    { name: 'fooled the AI', rate: system.fooledAi, tone: 0 },
    ...(system.passedDetector
      ? [{ name: '… and passed the detector', rate: system.passedDetector, tone: 0 }]
      : []),
    ...readers.map(({ reader, through }) => ({
      name: `… and passed reader ${reader}`,
      rate: through,
      tone: 1,
    })),
    { name: '… and passed the mean reader', rate: system.meanReader, tone: 2 },
    { name: '… and passed most readers', rate: system.throughMajority, tone: 1 },
    { name: '… and passed every reader', rate: system.throughAllReaders, tone: 1 },
  ] as const;
  return {
    title: 'What reaches the patient',
    text: [
      `Of ${n.correct} attacks on images that the AI had right (${n.attacks} attacks in all, ${n.patients} patients, ${n.readers} readers). "Unsure" (${n.unsure}): ${policies.unsure}; missing answers (${n.missing}): ${policies.missing}. The mean reader’s interval has readers and patients random.`,
      ...warnings,
    ],
    tables: [
      {
        id: 'system',
        caption: `Share of attacks that get through, with ${levelText(level)} intervals`,
        columns: ['', 'share'],
        rows: stages.map(({ name, rate }) => [name, rateQuantity(rate)]),
      },
      {
        id: 'readers',
        caption: 'Readers',
        columns: ['reader', 'answered', 'unsure', 'missing', 'passed, of those that arrived'],
        rows: readers.map((reader) => [
          reader.reader,
          quantity('plain', reader.answered),
          quantity('plain', reader.unsure),
          quantity('plain', reader.missing),
          rateQuantity(reader.passedOfArrived),
        ]),
      },
    ],
    figures: [
      {
        id: 'system',
        caption: `What gets through, with ${levelText(level)} intervals.`,
        draw: () =>
          forestPlot(
            stages.map(({ name, rate, tone }) => shareRow(name, rate, tone)),
            { title: 'What reaches the patient', x: { ...SHARE_AXIS, label: 'share of attacks' } },
          ),
      },
    ],
  };
}
