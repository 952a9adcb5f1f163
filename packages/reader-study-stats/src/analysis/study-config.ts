import type { RowColumn } from '../formats/rows-csv.ts';
import type { Alternative } from '../inference/test-result.ts';
import type { Compat } from '../mrmc/compat-profile.ts';
import type { CovarianceMethod } from '../mrmc/figure-table.ts';
import type { OrModel } from '../mrmc/or-tests.ts';
import { type JsonSchema, schemaProblems } from './json-schema.ts';
import schema from './study-config.schema.json' with { type: 'json' };

/**
 * How a table of reads is analysed; `study-config.schema.json`, which the package ships, describes
 * every field. Nothing of it is inferred from the data.
 */
export interface StudyConfig {
  /** Heading of the report. */
  readonly title?: string;
  /** Default 'ratings'. */
  readonly analysis?: 'ratings' | 'answers' | 'froc' | 'agreement';
  /** Names of columns in a CSV table, where they are not the field's own: `{ modality: 'treatment' }`. */
  readonly columns?: Partial<Readonly<Record<RowColumn | 'appearance', string>>>;
  /** answers: what the table writes for truth, appearance and label, where it is not this package's word for them. */
  readonly words?: Partial<
    Readonly<Record<'truth' | 'appearance' | 'label', Readonly<Record<string, string>>>>
  >;
  /** The truth of the cases to be detected; needed unless the file says it, as .imrmc and .lrc do. */
  readonly positive?: string;
  /** The truth of the others. */
  readonly negative?: string;
  /** Whether higher or lower ratings mean "more positive"; needed unless the file says it. */
  readonly direction?: 'higher' | 'lower';
  /** The column whose levels are compared; needed only where rows have both. */
  readonly factor?: 'modality' | 'session';
  /** The rating of each label, for rows without a rating: `{ real: 1, unsure: 2, 'not-real': 3 }`. */
  readonly labels?: Readonly<Record<string, number>>;
  /** What the answer "unsure" is worth; needed wherever it occurs. */
  readonly unsure?: {
    /** The label of that answer; default 'unsure'. */
    readonly label?: string;
    /** 'half' is for answers only, 'ordinal' (its rating in `labels`) for ratings only. */
    readonly policy: 'incorrect' | 'exclude' | 'half' | 'ordinal';
    /** As which answer it counts in signal detection. */
    readonly as?: 'real' | 'not-real' | 'exclude';
  };
  /** The tests expected, in the order of the differences; others are refused. Default: all, sorted. */
  readonly tests?: readonly string[];
  /** The readers expected; others are refused. Default: all. */
  readonly readers?: readonly string[];
  /** Default 'obuchowski-rockette'. */
  readonly method?: 'obuchowski-rockette' | 'dorfman-berbaum-metz' | 'u-statistics';
  /** Figure of merit; default 'auc', of froc 'wAFROC'. */
  readonly figure?: {
    /** The first three are of ratings, the others of froc. */
    readonly kind:
      | 'auc'
      | 'sensitivity'
      | 'specificity'
      | 'wAFROC'
      | 'AFROC'
      | 'wAFROC1'
      | 'AFROC1'
      | 'inferred-ROC';
    /** A rating that reaches it, in its direction, calls the case positive; for sensitivity and specificity only. */
    readonly threshold?: number;
  };
  /** Of obuchowski-rockette; default 'jackknife'. */
  readonly covariance?: CovarianceMethod;
  /** What is random; default 'RRRC', which is all that u-statistics take. */
  readonly model?: OrModel;
  /** Variance of u-statistics; default 'unbiased'. */
  readonly estimator?: 'unbiased' | 'mle';
  /** The program whose conventions are followed; default none. */
  readonly compat?: Compat;
  /** Intervals have level 1 − alpha; inside (0, 0.5), default 0.05. */
  readonly alpha?: number;
  /** Of the differences first − second; default 'two-sided'. */
  readonly alternative?: Alternative;
  /** Non-inferiority of the first test of each pair, or equivalence; tested one-sided at alpha/2. */
  readonly margin?: {
    /** Not worse than `value`, or no further apart than it. */
    readonly kind: 'non-inferiority' | 'equivalence';
    /** The difference that matters: above 0, in the unit of the figure. */
    readonly value: number;
    /** Whether a higher or a lower figure is better; needed for non-inferiority. */
    readonly better?: 'higher' | 'lower';
  };
  /** agreement: what answers differ by; unweighted, linear or quadratic weights. No default. */
  readonly scale?: 'nominal' | 'ordinal' | 'interval';
  /** answers: the two sessions whose accuracies are compared, to − from. */
  readonly compare?: {
    /** Session that is subtracted. */
    readonly from: string;
    /** Session from which it is subtracted. */
    readonly to: string;
  };
}

/** Thrown for a configuration that makes no sense; `problems` lists everything that is wrong with it. */
export class StudyConfigError extends Error {
  /** Sentences that start with the field's path; never empty. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const count = `${problems.length} problem${problems.length === 1 ? '' : 's'}`;
    super(`study configuration: ${count}${problems.map((one) => `\n  ${one}`).join('')}`);
    this.name = 'StudyConfigError';
    this.problems = problems;
  }
}

/**
 * Checks a configuration against its schema, and that its fields fit each other.
 *
 * @param value parsed JSON
 * @throws StudyConfigError listing every problem
 * @example
 * ```ts
 * checkStudyConfig({ positive: '1', negative: '0', direction: 'higher', model: 'FRRC' }).model; // => 'FRRC'
 * ```
 */
export function checkStudyConfig(value: unknown): StudyConfig {
  const problems = schemaProblems(value, schema as JsonSchema, '');
  const named = problems.map((problem) => problem.replace(/^ /, 'the configuration '));
  const more = named.length > 0 ? [] : combinationProblems(value as StudyConfig);
  if (named.length + more.length > 0) throw new StudyConfigError([...named, ...more]);
  return value as StudyConfig;
}

function combinationProblems(config: StudyConfig): readonly string[] {
  const { analysis = 'ratings', scale } = config;
  const others =
    analysis !== 'agreement' && scale !== undefined ? ['scale is for agreement only'] : [];
  switch (analysis) {
    case 'ratings':
      return [...ratingProblems(config), ...others];
    case 'answers':
      return [...answerProblems(config), ...others];
    case 'froc':
      return [...frocProblems(config), ...others];
    case 'agreement':
      return scale === undefined ? ['scale is missing'] : [];
    default:
      throw new RangeError(`checkStudyConfig: unknown ${String(analysis satisfies never)}`);
  }
}

function answerProblems({ unsure, compare }: StudyConfig): readonly string[] {
  const problems: string[] = [];
  if (unsure === undefined) problems.push('unsure is missing: answers need a policy');
  if (unsure?.policy === 'ordinal') problems.push('unsure.policy ordinal is for ratings only');
  if (compare && unsure?.policy === 'half') {
    problems.push('unsure.policy half has no whole counts: sessions cannot be compared');
  }
  if (compare && compare.from === compare.to) {
    problems.push(`compare must name two sessions, got ${compare.from} twice`);
  }
  return problems;
}

const OF_RATINGS = ['auc', 'sensitivity', 'specificity'];

/** Fields that mean nothing for free-response marks, and figures of ratings. */
function frocProblems(config: StudyConfig): readonly string[] {
  const others = ['method', 'covariance', 'estimator', 'labels', 'unsure', 'compare'] as const;
  const { figure, margin } = config;
  return [
    ...others
      .filter((name) => config[name] !== undefined)
      .map((name) => `${name} is not for the analysis froc`),
    ...(figure && OF_RATINGS.includes(figure.kind)
      ? [`figure.kind ${figure.kind} is for ratings only`]
      : []),
    ...(config.direction === undefined ? ['direction is missing'] : []),
    ...(margin?.kind === 'non-inferiority' && margin.better === undefined
      ? [
          'margin.better is missing: non-inferiority needs to know whether higher or lower is better',
        ]
      : []),
  ];
}

function ratingProblems(config: StudyConfig): string[] {
  const { positive, negative, method = 'obuchowski-rockette', figure, margin, unsure } = config;
  const problems: string[] = [];
  const report = (isWrong: boolean, message: string): void => {
    if (isWrong) problems.push(message);
  };
  report(
    positive !== undefined && positive === negative,
    `positive and negative must differ, got ${positive} twice`,
  );
  const kind = figure?.kind ?? 'auc';
  report(!OF_RATINGS.includes(kind), `figure.kind ${kind} is for the analysis froc only`);
  report(
    (kind === 'sensitivity' || kind === 'specificity') && figure?.threshold === undefined,
    `figure.threshold is missing: ${kind} needs one`,
  );
  report(
    figure?.kind === 'auc' && figure.threshold !== undefined,
    'figure.threshold is for sensitivity and specificity only',
  );
  report(
    config.covariance !== undefined && method !== 'obuchowski-rockette',
    `covariance is for obuchowski-rockette only, got method ${method}`,
  );
  report(
    config.estimator !== undefined && method !== 'u-statistics',
    `estimator is for u-statistics only, got method ${method}`,
  );
  report(
    method === 'u-statistics' && config.model !== undefined && config.model !== 'RRRC',
    `model must be RRRC for u-statistics, got ${config.model}`,
  );
  report(
    margin?.kind === 'non-inferiority' && margin.better === undefined,
    'margin.better is missing: non-inferiority needs to know whether higher or lower is better',
  );
  report(unsure?.policy === 'half', 'unsure.policy half is for answers only');
  report(unsure?.as !== undefined, 'unsure.as is for answers only');
  report(
    unsure !== undefined && config.labels === undefined,
    'labels are missing: unsure needs the ratings of the labels',
  );
  report(
    unsure?.policy === 'ordinal' &&
      config.labels !== undefined &&
      !Object.hasOwn(config.labels, unsure.label ?? 'unsure'),
    'labels must give unsure a rating under the policy ordinal',
  );
  report(config.compare !== undefined, 'compare is for answers only');
  report(config.words !== undefined, 'words are for answers only');
  return problems;
}
