import type { SanityFlag } from '../sanity/sanity-flag.ts';
import type { ReportSection } from './report-model.ts';

/** Everything that makes the numbers doubtful; says so if there is nothing. */
export function flagSection(flags: readonly SanityFlag[]): ReportSection {
  return {
    title: 'Sanity flags',
    text: flags.length === 0 ? ['Nothing was seen in what was given.'] : [],
    tables:
      flags.length === 0
        ? []
        : [
            {
              id: 'flags',
              caption: 'What makes the numbers doubtful',
              columns: ['flag', 'severity', 'what was seen', 'cases', 'reference'],
              rows: flags.map(({ id, severity, message, cases, reference }) => [
                id,
                severity,
                message,
                cases.join(', '),
                reference,
              ]),
            },
          ],
    figures: [],
  };
}
