import type { ResultContext } from '../inference/test-result.ts';
import { type Cholesky, cholesky, inverse, solve } from './cholesky.ts';
import { type DesignMatrix, type ModelFormula, modelData } from './design-matrix.ts';
import { checkRank, timesDesign } from './design-products.ts';
import {
  checkModelOptions,
  type FittedModel,
  type ModelOptions,
  modelTests,
} from './fitted-model.ts';
import { grouping } from './grouping.ts';
import { logisticRegression } from './logistic-regression.ts';
import { type SmallSampleCorrection, sandwich } from './sandwich.ts';
import {
  type ClusterRows,
  type ClusterTerms,
  clusterRows,
  clusterTerms,
  exchangeableCorrelation,
  pearsonResiduals,
} from './working-correlation.ts';

/** What the rows of a cluster are taken to have in common; the robust covariance holds either way. */
export type WorkingCorrelation = 'independence' | 'exchangeable';

/** Options of {@link gee}. */
export interface GeeOptions<Row extends object> extends ModelFormula<Row>, ModelOptions {
  /** The column that makes rows alike: the image that several readers saw, the patient, the reader. */
  readonly cluster: Extract<keyof Row, string>;
  /** No default; a wrong one costs precision, not validity. */
  readonly correlation: WorkingCorrelation;
  /** No default: with few clusters (below about 50) the result depends on it. */
  readonly correction: SmallSampleCorrection;
  /** Of the tests: 'normal' (default), or 't' with clusters − coefficients degrees of freedom. */
  readonly reference?: 'normal' | 't';
}

/**
 * Why a GEE has no estimates. 'separated': the likelihood has no maximum, some fitted probability goes
 * to 0 or 1. 'not-converged'. 'full-leverage': a cluster alone decides a coefficient, so that the
 * correction does not exist. 'zero-variance': a coefficient's clusters do not vary.
 */
export type GeeStatus = 'separated' | 'not-converged' | 'full-leverage' | 'zero-variance';

/** Result of {@link gee}. */
export interface GeeFit extends FittedModel<GeeStatus> {
  /** Estimated common correlation of two rows of a cluster; 0 for independence, null without a fit. */
  readonly alpha: number | null;
  /** Estimated scale φ = Σr²/N of the Pearson residuals; null without a fit. */
  readonly scale: number | null;
  /** Standard errors of the coefficients if the working correlation were right, for comparison; null without a fit. */
  readonly modelSe: readonly number[] | null;
}

const REFERENCES = ['Liang and Zeger 1986, doi 10.1093/biomet/73.1.13'];
const CORRECTION_REFERENCES: Readonly<Record<SmallSampleCorrection, readonly string[]>> = {
  none: [],
  'kauermann-carroll': ['Kauermann and Carroll 2001, doi 10.1198/016214501753382309'],
  'mancl-derouen': ['Mancl and DeRouen 2001, doi 10.1111/j.0006-341X.2001.00126.x'],
};

/**
 * Generalised estimating equations for yes-or-no outcomes: logit μ = Xβ, var y = φ·μ(1 − μ), rows of a
 * cluster correlated and clusters independent:
 *
 * Σᵢ Dᵢᵀ·Vᵢ⁻¹·(yᵢ − μᵢ) = 0, Vᵢ = φ·Aᵢ^½·R(α)·Aᵢ^½.
 *
 * Coefficients are log odds ratios averaged over the clusters ("population-averaged"); their covariance
 * is the robust sandwich, right for large numbers of clusters whatever the true correlation is. In a
 * reader study with the readers as a factor, clustered by image, the conclusion is about these readers
 * and images like these; for readers like these, see `glmm`.
 *
 * @param rows one per answer; the response within [0, 1]
 * @param options formula, cluster, correlation, correction; level, alternative, contrasts
 * @returns coefficients by R's names; without estimates each is a typed status
 * @throws RangeError listing what is wrong with the formula, the rows or the options
 * @example
 * ```ts
 * gee(rows, { response: 'correct', terms: ['session', 'reader'], cluster: 'case', correlation: 'exchangeable', correction: 'none' });
 * ```
 * @see Liang and Zeger 1986, Biometrika 73:13, doi 10.1093/biomet/73.1.13
 * @see Halekoh, Højsgaard and Yan 2006, J Stat Softw 15(2), doi 10.18637/jss.v015.i02 (geepack)
 *
 * **Differences** from geepack: none in the estimates of α and φ (no degrees of freedom are taken off,
 * unlike in SAS and statsmodels); geepack has no Mancl-DeRouen or Kauermann-Carroll covariance.
 */
export function gee<Row extends object>(rows: readonly Row[], options: GeeOptions<Row>): GeeFit {
  const { correlation, correction, cluster } = options;
  const { design, response, model } = modelData('gee', rows, options);
  checkModelOptions('gee', design.names, options);
  checkOptions(options, response);
  checkRank('gee', design);
  const groups = grouping('gee', rows, cluster);
  const clusters = clusterRows(groups);
  const context = resultContext(options, design, clusters);
  const solution = solveEquations({ design, response, clusters, correlation });
  const missing = { alpha: null, scale: null, modelSe: null } as const;
  const failed = (status: GeeStatus): GeeFit => ({
    status,
    model,
    ...missing,
    ...context,
    ...modelTests(design.names, status, { options, context }),
  });
  if (typeof solution === 'string') return failed(solution);
  const { coefficients, alpha, scale, bread, terms } = solution;
  const covariance = sandwich(bread, terms, correction);
  if (covariance === null) return failed('full-leverage');
  const naive = inverse(bread).map((value) => value * scale);
  const df = options.reference === 't' ? clusters.length - design.columns : null;
  return {
    status: 'ok',
    model,
    alpha,
    scale,
    modelSe: design.names.map((_, j) => Math.sqrt(naive[j * design.columns + j]!)),
    ...context,
    ...modelTests<GeeStatus>(
      design.names,
      { coefficients, covariance, dfOf: () => df, scale: naive },
      { options, context },
    ),
  };
}

interface Equations {
  readonly design: DesignMatrix;
  readonly response: Float64Array;
  readonly clusters: ClusterRows;
  readonly correlation: WorkingCorrelation;
}

interface Solution {
  readonly coefficients: Float64Array;
  readonly alpha: number;
  readonly scale: number;
  readonly bread: Cholesky;
  readonly terms: readonly ClusterTerms[];
}

/** Fisher scoring for β and moments for α, in turn, from the fit of independent rows. */
function solveEquations(equations: Equations): Solution | 'separated' | 'not-converged' {
  const { design, response, clusters, correlation } = equations;
  const start = logisticRegression(design, response);
  if (start.status !== 'ok') return start.status;
  let { coefficients } = start;
  const largest = Math.max(...clusters.map((rows) => rows.length));
  for (let iteration = 0; iteration < 100; iteration++) {
    const residuals = pearsonResiduals(timesDesign(design, coefficients), response);
    const { scale, alpha: moment } = exchangeableCorrelation(clusters, residuals.pearson);
    const alpha = correlation === 'exchangeable' ? moment : 0;
    if (!(alpha < 1 && 1 + (largest - 1) * alpha > 0)) return 'not-converged';
    const terms = clusters.map((rows) => clusterTerms(rows, design, { ...residuals, alpha }));
    const bread = cholesky(sumOf(terms, 'information'), design.columns);
    if (typeof bread === 'number') return 'not-converged';
    const step = solve(bread, sumOf(terms, 'score'));
    coefficients = coefficients.map((value, j) => value + step[j]!);
    const size = step.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (size < 1e-11) return { coefficients, alpha, scale, bread, terms };
  }
  return 'not-converged';
}

function sumOf(terms: readonly ClusterTerms[], part: keyof ClusterTerms): Float64Array {
  const sum = new Float64Array(terms[0]![part].length);
  for (const { [part]: values } of terms) {
    for (let k = 0; k < sum.length; k++) sum[k]! += values[k]!;
  }
  return sum;
}

function checkOptions<Row extends object>(
  { correlation, correction, reference = 'normal' }: GeeOptions<Row>,
  response: Float64Array,
): void {
  const member = (name: string, value: string, allowed: readonly string[]): void => {
    if (!allowed.includes(value)) {
      throw new RangeError(`gee: ${name} must be ${allowed.join(' or ')}, got ${value}`);
    }
  };
  member('correlation', correlation, ['independence', 'exchangeable']);
  member('correction', correction, ['none', 'kauermann-carroll', 'mancl-derouen']);
  member('reference', reference, ['normal', 't']);
  const bad = response.find((y) => y < 0 || y > 1);
  if (bad !== undefined) throw new RangeError(`gee: responses must lie in [0, 1], got ${bad}`);
}

function resultContext<Row extends object>(
  { correlation, correction, cluster, reference }: GeeOptions<Row>,
  design: DesignMatrix,
  clusters: ClusterRows,
): ResultContext {
  const warnings: string[] = [];
  if (reference === 't' && clusters.length <= design.columns) {
    throw new RangeError(
      `gee: reference t needs more clusters than the ${design.columns} coefficients, got ${clusters.length}`,
    );
  }
  if (clusters.length < 50 && correction === 'none') {
    warnings.push(
      `only ${clusters.length} clusters: uncorrected robust standard errors are too small`,
    );
  }
  if (correlation === 'exchangeable' && clusters.every((rows) => rows.length === 1)) {
    warnings.push('every cluster has a single row: there is no correlation to estimate');
  }
  return {
    n: { rows: design.rows, clusters: clusters.length },
    warnings,
    design: `clustered by ${cluster}`,
    method: `gee, binomial logit, ${correlation}, robust covariance${correction === 'none' ? '' : ` (${correction})`}`,
    references: [...REFERENCES, ...CORRECTION_REFERENCES[correction]],
  };
}
