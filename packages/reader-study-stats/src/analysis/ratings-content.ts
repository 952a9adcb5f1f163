import { forestPlot } from '../report/forest-plot.ts';
import { formatNumber, formatPValue } from '../report/format.ts';
import { pairedPlot } from '../report/paired-plot.ts';
import { rocPlot } from '../report/roc-plot.ts';
import type { TextTable } from '../report/text-table.ts';
import type { ComparisonReport, RatingsReport, ReaderEstimate } from './analyze-ratings.ts';
import type { ReportContent, ReportSection } from './report-section.ts';

/** Digits of figures and their errors; of mean squares and components, which are small. */
const DIGITS = { figure: 4, component: 3 };

/** The parts of a report of ratings, every number from the report itself. */
export function ratingsContent(report: RatingsReport): ReportContent {
  const { title, method, warnings, references } = report;
  const sections = [
    dataSection(report),
    ...comparisonSections(report),
    rocSection(report),
    componentSection(report),
  ];
  return { title, lead: method, warnings, sections, references };
}

/** Differences, means and readers. */
export function comparisonSections(report: ComparisonReport): readonly ReportSection[] {
  const difference = differenceSection(report);
  return [...(difference ? [difference] : []), meanSection(report), readerSection(report)];
}

function dataSection({ data, figure }: RatingsReport): ReportSection {
  const { design } = data;
  const rows: (readonly string[])[] = [
    ['reads', String(data.reads)],
    ['readers', `${data.readers.length}: ${data.readers.join(', ')}`],
    ['tests', `${data.tests.length}: ${data.tests.join(', ')}`],
    ['positive cases', String(data.positives)],
    ['negative cases', String(data.negatives)],
    ['design', `${design.kind}, ${design.missingReads} reads missing`],
    ['figure of merit', figure],
  ];
  if (data.clusters !== null) rows.push(['clusters', String(data.clusters)]);
  if (data.excluded > 0) rows.push(['reads left out as unsure', String(data.excluded)]);
  const columns = ['of the study', { label: 'value', align: 'text' as const }];
  return { heading: 'Data', tables: [{ columns, rows }] };
}

function differenceSection(report: ComparisonReport): ReportSection | null {
  const { differences, equality, margins } = report;
  if (differences.length === 0) return null;
  const tables: TextTable[] = [
    {
      caption: 'Differences of mean figures',
      columns: ['difference', 'estimate', 'se', 'statistic', 'df', 'p', intervalHead(report)],
      rows: differences.map((one) => [
        `${one.first} − ${one.second}`,
        formatNumber(one.estimate, DIGITS.figure),
        formatNumber(one.se, DIGITS.figure),
        one.status === 'ok'
          ? `${one.dist === 't' ? 't' : 'z'} = ${formatNumber(one.statistic, 3)}`
          : one.status,
        formatNumber(one.df, 2),
        formatPValue(one.pValue),
        range(one.ci),
      ]),
    },
  ];
  if (margins.length > 0) tables.push(marginTable(margins));
  return {
    heading: 'Are the tests different?',
    notes: equality === null ? [] : [equalityText(equality)],
    tables,
    pictures: [{ svg: differencePlot(report), caption: 'Differences with their intervals.' }],
  };
}

function marginTable(margins: ComparisonReport['margins']): TextTable {
  return {
    caption: `${margins[0]!.method.split(',')[0]}, margin ${margins[0]!.margin}, one-sided at ${margins[0]!.alpha}`,
    columns: [
      'difference',
      'estimate',
      'statistic',
      'p',
      `${formatLevel(margins[0]!.ci.level)} interval`,
      { label: 'shown', align: 'text' },
    ],
    rows: margins.map((one) => [
      `${one.first} − ${one.second}`,
      formatNumber(one.estimate, DIGITS.figure),
      formatNumber(one.statistic, 3),
      formatPValue(one.pValue),
      range(one.ci),
      one.isShown ? 'yes' : 'no',
    ]),
  };
}

function equalityText(equality: NonNullable<ComparisonReport['equality']>): string {
  if (equality.status !== 'ok') return `Test of equality: not possible, ${equality.status}.`;
  const df = equality.df.map((one) => formatNumber(one, Number.isInteger(one) ? 0 : 2)).join(', ');
  const name = equality.dist === 'F' ? 'F' : 'χ²';
  return `Test of equality: ${name}(${df}) = ${formatNumber(equality.statistic, 3)}, p = ${formatPValue(equality.pValue)}.`;
}

function meanSection(report: ComparisonReport): ReportSection {
  return {
    heading: 'Mean figures',
    tables: [
      {
        caption: 'Means over the readers',
        columns: ['test', 'estimate', 'se', 'df', intervalHead(report)],
        rows: report.means.map((one) => [
          one.test,
          formatNumber(one.estimate, DIGITS.figure),
          formatNumber(one.se, DIGITS.figure),
          one.status === 'ok' ? formatNumber(one.df, 2) : one.status,
          range(one.ci),
        ]),
      },
    ],
  };
}

function readerSection(report: ComparisonReport): ReportSection {
  const { data, readers, figure } = report;
  const single = readers.filter((one) => one.second === null);
  const paired = readers.filter((one) => one.second !== null);
  const figureOf = (reader: string, test: string): ReaderEstimate | undefined =>
    single.find((one) => one.reader === reader && one.first === test);
  const table: TextTable = {
    caption: `${figure} by reader, with its standard error`,
    columns: ['reader', ...data.tests],
    rows: data.readers.map((reader) => [
      reader,
      ...data.tests.map((test) => {
        const one = figureOf(reader, test);
        return one === undefined
          ? '–'
          : `${formatNumber(one.estimate, DIGITS.figure)} (${formatNumber(one.se, DIGITS.figure)})`;
      }),
    ]),
  };
  const lines = data.readers.map((name) => ({
    name,
    values: data.tests.map((test) => figureOf(name, test)?.estimate ?? null),
  }));
  const svg = pairedPlot(lines, {
    title: `${figure} by reader and test`,
    conditions: data.tests,
    y: { label: figure },
  });
  return {
    heading: 'Readers',
    notes: [
      'Intervals of single readers are for these readers: cases random, normal distribution.',
    ],
    tables: paired.length > 0 ? [table, readerDifferenceTable(report, paired)] : [table],
    pictures: [{ svg, caption: `${figure} of every reader under every test.` }],
  };
}

function readerDifferenceTable(
  report: ComparisonReport,
  paired: readonly ReaderEstimate[],
): TextTable {
  return {
    caption: 'Differences by reader',
    columns: [
      'reader',
      { label: 'difference', align: 'text' },
      'estimate',
      'se',
      intervalHead(report),
    ],
    rows: paired.map((one) => [
      one.reader,
      `${one.first} − ${one.second}`,
      formatNumber(one.estimate, DIGITS.figure),
      formatNumber(one.se, DIGITS.figure),
      range(one.ci),
    ]),
  };
}

function rocSection({ curves, means, readers, figure }: RatingsReport): ReportSection {
  const isArea = figure === 'empirical AUC';
  const named = (name: string, area: number | null | undefined): string =>
    isArea && area != null ? `${name}, AUC ${formatNumber(area, 3)}` : name;
  const areaOf = (reader: string, test: string): number | undefined =>
    readers.find((one) => one.reader === reader && one.first === test && one.second === null)
      ?.estimate;
  const pictures = curves.map(({ test, readers: own }) => ({
    svg: rocPlot(
      own.map(({ reader, points }) => ({ name: named(reader, areaOf(reader, test)), points })),
      { title: `ROC curves under ${test}` },
    ),
    caption: `Empirical curves of every reader under ${test}.`,
  }));
  const average = {
    svg: rocPlot(
      curves.map(({ test, average: points }) => ({
        name: named(test, means.find((one) => one.test === test)?.estimate),
        points,
      })),
      { title: 'Mean ROC curves' },
    ),
    caption: 'Mean sensitivity of the readers at each false-positive rate, by test.',
  };
  return { heading: 'ROC curves', tables: [], pictures: [average, ...pictures] };
}

/** Mean squares and variance components. */
export function componentSection({
  components,
  anova,
  means,
  differences,
}: ComparisonReport): ReportSection {
  const number = (value: number | null): string =>
    value === null ? '–' : value.toExponential(DIGITS.component).replace(/^-/, '−');
  const tables: TextTable[] = [];
  if (anova !== null) {
    tables.push({
      caption: 'Analysis of variance',
      columns: ['source', 'df', 'mean square'],
      rows: Object.entries(anova).map(([source, { df, meanSquare }]) => [
        source,
        String(df),
        number(meanSquare),
      ]),
    });
  }
  if (components !== null) {
    tables.push({
      caption: 'Variance components, negative estimates as they came out',
      columns: ['component', 'estimate'],
      rows: Object.entries(components).map(([name, value]) => [name, number(value)]),
    });
  }
  if (anova === null) {
    const named = [
      ...means.map((one) => ({ name: one.test, parts: Object.entries(one.components ?? {}) })),
      ...differences.map((one) => ({
        name: `${one.first} − ${one.second}`,
        parts: Object.entries(one.components ?? {}),
      })),
    ];
    tables.push({
      caption: 'Variance components of means and differences',
      columns: ['component', ...named.map(({ name }) => name)],
      rows: named[0]!.parts.map(([component], row) => [
        component,
        ...named.map(({ parts }) => number(parts[row]?.[1] ?? null)),
      ]),
    });
  }
  return { heading: 'Variance', tables };
}

function differencePlot({ differences, readers, margins, config }: ComparisonReport): string {
  const rows = differences.flatMap((one) => [
    ...readers
      .filter(({ first, second }) => first === one.first && second === one.second)
      .map(({ reader, estimate, ci }) => ({
        name: differences.length > 1 ? `${reader}, ${one.first} − ${one.second}` : reader,
        estimate,
        lower: ci?.lower ?? null,
        upper: ci?.upper ?? null,
      })),
    {
      name: `all readers, ${one.first} − ${one.second}`,
      estimate: one.estimate,
      lower: one.ci?.lower ?? null,
      upper: one.ci?.upper ?? null,
      kind: one.ci === null ? ('estimate' as const) : ('summary' as const),
      tone: 1,
    },
  ]);
  return forestPlot(rows, {
    title: 'Differences of figures',
    x: { label: 'difference first − second' },
    references: [{ value: 0, label: 'no difference' }, ...marginLines(margins, config)],
    digits: DIGITS.figure,
  });
}

function marginLines(
  margins: ComparisonReport['margins'],
  { margin }: ComparisonReport['config'],
): readonly { readonly value: number; readonly label?: string }[] {
  if (margins.length === 0 || margin === undefined) return [];
  if (margin.kind === 'equivalence') return [{ value: -margin.value }, { value: margin.value }];
  return [{ value: margin.better === 'higher' ? -margin.value : margin.value }];
}

function intervalHead({ config }: ComparisonReport): string {
  return `${formatLevel(1 - (config.alpha ?? 0.05))} interval`;
}

/** "95 %" of 0.95, without the noise of 1 − alpha. */
function formatLevel(level: number): string {
  return `${Number((100 * level).toFixed(6))} %`;
}

function range(ci: { readonly lower: number; readonly upper: number } | null): string {
  if (ci === null) return '–';
  return `(${formatNumber(ci.lower, DIGITS.figure)}, ${formatNumber(ci.upper, DIGITS.figure)})`;
}
