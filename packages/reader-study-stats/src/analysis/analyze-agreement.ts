import type { Agreement } from '../agreement/agreement-result.ts';
import { fleissKappa, gwetAc } from '../agreement/chance-corrected.ts';
import {
  type IccResult,
  type IccStatus,
  intraclassCorrelation,
} from '../agreement/intraclass-correlation.ts';
import { krippendorffAlpha } from '../agreement/krippendorff-alpha.ts';
import type { Category } from '../agreement/rating-table.ts';
import type { ReadFile } from '../formats/read-file.ts';
import type { UndefinedResult } from '../inference/test-result.ts';
import { type ReadRow, testOf } from '../mrmc/read-row.ts';
import { sortedIds } from '../mrmc/sort-ids.ts';
import { type ReadProblem, ReadsError } from '../reads.ts';
import type { ReportHead } from './report-head.ts';
import { type StudyConfig, StudyConfigError } from './study-config.ts';

/** How the readers agree under one test. */
export interface TestAgreement {
  /** A modality or session. */
  readonly test: string;
  /** Cases that someone read under the test; a reader who did not counts as missing. */
  readonly cases: number;
  /** Fleiss' kappa, with the weights of the scale. */
  readonly kappa: Agreement;
  /** Gwet's AC1 (AC2 with weights), with the same weights. */
  readonly ac: Agreement;
  /** Krippendorff's α with the scale as its metric; without an interval. */
  readonly alpha: ReturnType<typeof krippendorffAlpha>;
  /** ICC(2,1); null unless answers are numbers on an interval scale and none is missing. */
  readonly icc: IccResult | UndefinedResult<IccStatus> | null;
}

/** What an analysis of agreement gives: plain JSON, from which text and page are made. */
export interface AgreementReport extends ReportHead {
  /** Tells this report from the others. */
  readonly analysis: 'agreement';
  /** What was read. */
  readonly data: {
    /** Rows of the table. */
    readonly reads: number;
    /** In the order of the configuration, or sorted. */
    readonly readers: readonly string[];
  };
  /** In the order of the configuration, or sorted. */
  readonly tests: readonly TestAgreement[];
}

/**
 * How far readers agree with each other, test by test: Fleiss' kappa, Gwet's AC, Krippendorff's α, and
 * for numbers on an interval scale ICC(2,1). Labels are the answers, or ratings where there are none.
 *
 * @param reads rows with their lines
 * @param config with `scale`: nominal, ordinal (linear weights) or interval (quadratic weights)
 * @throws ReadsError listing reads without an answer and those given twice; StudyConfigError without a
 *   scale
 * @example
 * ```ts
 * const table = 'reader,case,modality,truth,label\nr1,a,CT,0,yes\nr2,a,CT,0,yes\nr1,b,CT,0,no\nr2,b,CT,0,no\n';
 * analyzeAgreement(parseRows(table), { scale: 'nominal' }).tests[0]?.kappa.estimate; // => 1
 * ```
 */
export function analyzeAgreement(
  { rows, lines }: Pick<ReadFile, 'rows' | 'lines'>,
  config: StudyConfig,
): AgreementReport {
  const { scale, factor, alpha = 0.05 } = config;
  if (scale === undefined) throw new StudyConfigError(['scale is missing']);
  checkAnswers(rows, lines, config);
  const readers = config.readers ?? sortedIds(rows.map((row) => row.reader));
  const tests = config.tests ?? sortedIds(rows.map((row) => testOf(row, factor)!));
  const level = 1 - alpha;
  const results = tests.map((test) => {
    const own = rows.filter((row) => testOf(row, factor) === test);
    return { test, ...agreementOf(own, readers, { scale, level }) };
  });
  return {
    analysis: 'agreement',
    title: config.title ?? 'Agreement of readers',
    config,
    data: { reads: rows.length, readers },
    method: `agreement, ${scale} answers; ${WEIGHTS[scale]} weights`,
    tests: results,
    warnings: [],
    references: [
      ...new Set(
        results
          .flatMap(({ kappa, ac, alpha: own }) => [kappa, ac, own])
          .flatMap((one) => one.references),
      ),
    ],
  };
}

type Scale = NonNullable<StudyConfig['scale']>;

const WEIGHTS = { nominal: 'unweighted', ordinal: 'linear', interval: 'quadratic' } as const;

function agreementOf(
  rows: readonly ReadRow[],
  readers: readonly string[],
  { scale, level }: { readonly scale: Scale; readonly level: number },
): Omit<TestAgreement, 'test'> {
  const place = new Map(readers.map((reader, index) => [reader, index]));
  const byCase = new Map<string, (Category | null)[]>();
  for (const row of rows) {
    const answers = byCase.get(row.case) ?? readers.map(() => null);
    byCase.set(row.case, answers);
    answers[place.get(row.reader)!] = row.label ?? row.rating!;
  }
  const ratings = [...byCase.values()];
  const options = { weights: WEIGHTS[scale], level };
  const complete = ratings.every((row) => row.every((one) => typeof one === 'number'));
  const hasIcc = scale === 'interval' && complete && readers.length > 1 && ratings.length > 1;
  return {
    cases: ratings.length,
    kappa: fleissKappa(ratings, options),
    ac: gwetAc(ratings, options),
    alpha: krippendorffAlpha(ratings, { metric: scale, level }),
    icc: hasIcc
      ? intraclassCorrelation(ratings as readonly (readonly number[])[], { form: '2,1', level })
      : null,
  };
}

function checkAnswers(
  rows: readonly ReadRow[],
  lines: readonly number[],
  { factor, readers }: StudyConfig,
): void {
  const problems: ReadProblem[] = [];
  const seen = new Map<string, number>();
  rows.forEach((row, index) => {
    const line = lines[index]!;
    const report = (message: string) => problems.push({ row: line, message });
    const test = testOf(row, factor);
    if (test === undefined) report('modality or session must be clear: factor says which');
    if (row.label === undefined && row.rating === undefined) report('has neither rating nor label');
    if (readers && !readers.includes(row.reader)) {
      report(`reader ${row.reader} is not one of ${readers.join(', ')}`);
    }
    const key = JSON.stringify([row.reader, test, row.case]);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, line);
    else report(`the read of reader, test, case is already in row ${before}`);
  });
  if (problems.length > 0) throw new ReadsError('analyzeAgreement', problems);
}
