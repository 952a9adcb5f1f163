import { rocPlot } from '../report/roc-plot.ts';
import type { MarksReport } from './analyze-marks.ts';
import { comparisonSections, componentSection } from './ratings-content.ts';
import type { ReportContent, ReportSection } from './report-section.ts';

/** The parts of a report of free-response marks, every number from the report itself. */
export function marksContent(report: MarksReport): ReportContent {
  const { title, method, warnings, references } = report;
  const sections = [
    dataSection(report),
    ...comparisonSections(report),
    curveSection(report),
    componentSection(report),
  ];
  return { title, lead: method, warnings, sections, references };
}

function dataSection({ data, figure }: MarksReport): ReportSection {
  const rows = [
    ['marks', String(data.marks)],
    ['readers', `${data.readers.length}: ${data.readers.join(', ')}`],
    ['modalities', `${data.tests.length}: ${data.tests.join(', ')}`],
    ['cases with lesions', String(data.abnormal)],
    ['lesions', String(data.lesions)],
    ['normal cases', String(data.normal)],
    ['figure of merit', figure],
  ];
  const columns = ['of the study', { label: 'value', align: 'text' as const }];
  return { heading: 'Data', tables: [{ columns, rows }] };
}

function curveSection({ curves }: MarksReport): ReportSection {
  const pictures = curves.map(({ test, readers }) => ({
    svg: rocPlot(
      readers.map(({ reader, points }) => ({
        name: reader,
        points: points.map((point) => ({
          falsePositiveRate: point.falseCaseRate,
          truePositiveRate: point.weightedSensitivity,
        })),
      })),
      {
        title: `wAFROC curves under ${test}`,
        xLabel: 'normal cases with a false mark',
        yLabel: 'lesions found, weighted',
      },
    ),
    caption: `Weighted AFROC curves of every reader under ${test}.`,
  }));
  return { heading: 'wAFROC curves', tables: [], pictures };
}
