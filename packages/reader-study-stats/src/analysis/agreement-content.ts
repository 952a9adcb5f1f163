import { forestPlot } from '../report/forest-plot.ts';
import { formatInterval, formatPValue } from '../report/format.ts';
import type { AgreementReport, TestAgreement } from './analyze-agreement.ts';
import type { ReportContent } from './report-section.ts';

/** The parts of a report of agreement, every number from the report itself. */
export function agreementContent(report: AgreementReport): ReportContent {
  const { title, method, warnings, references, data, tests } = report;
  const lines = tests.flatMap(coefficients);
  const svg = forestPlot(
    lines.map(({ test, name, result }) => ({
      name: `${test}, ${name}`,
      estimate: result.estimate,
      lower: result.ci?.lower ?? null,
      upper: result.ci?.upper ?? null,
    })),
    { title: 'Agreement', x: { label: 'agreement beyond chance' }, references: [{ value: 0 }] },
  );
  return {
    title,
    lead: method,
    warnings,
    references,
    sections: [
      {
        heading: 'Data',
        tables: [
          {
            columns: ['of the study', { label: 'value', align: 'text' }],
            rows: [
              ['answers', String(data.reads)],
              ['readers', `${data.readers.length}: ${data.readers.join(', ')}`],
              ...tests.map(({ test, cases }) => [`cases under ${test}`, String(cases)]),
            ],
          },
        ],
      },
      {
        heading: 'Agreement of the readers',
        tables: [
          {
            columns: ['test', { label: 'coefficient', align: 'text' }, 'estimate', 'p'],
            rows: lines.map(({ test, name, result }) => [
              test,
              name,
              result.status === 'ok' ? formatInterval(result.estimate, result.ci) : result.status,
              formatPValue(result.pValue),
            ]),
          },
        ],
        pictures: [{ svg, caption: 'Coefficients with their intervals.' }],
      },
    ],
  };
}

function coefficients({ test, kappa, ac, alpha, icc }: TestAgreement) {
  return [
    { test, name: 'Fleiss’ κ', result: kappa },
    { test, name: 'Gwet’s AC', result: ac },
    { test, name: 'Krippendorff’s α', result: alpha },
    ...(icc === null ? [] : [{ test, name: 'ICC of one reader', result: icc }]),
  ];
}
