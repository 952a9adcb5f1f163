import type { ResultContext } from '../inference/test-result.ts';
import { type ModelFormula, modelData } from './design-matrix.ts';
import { bilinear, checkRank } from './design-products.ts';
import {
  checkModelOptions,
  type FittedModel,
  type ModelOptions,
  modelTests,
} from './fitted-model.ts';
import { randomEffects } from './random-effects.ts';
import {
  type RandomSpread,
  type RandomTerm,
  randomSpreads,
  sampleSizes,
  singularWarnings,
  varianceComponents,
} from './random-spread.ts';
import {
  fullDeviance,
  type LeastSquares,
  leastSquares,
  type MixedLinear,
  profiledDeviance,
} from './reml-deviance.ts';
import { satterthwaiteDf, type UncertainCovariance } from './satterthwaite.ts';
import { blockDiagonal, minimizeOverSpreads, parameterCovariance } from './spread-search.ts';

/** Options of {@link lmm}. */
export interface LmmOptions<Row extends object> extends ModelFormula<Row>, ModelOptions {
  /** Columns of text whose levels are a sample: `['case', 'reader']`, or `'reader:session'`. */
  readonly random: readonly RandomTerm<Row>[];
  /** Default 'REML'. Likelihoods of different fixed terms can be compared under 'ML' only. */
  readonly criterion?: 'REML' | 'ML';
}

/**
 * 'singular': a standard deviation is estimated as 0; the coefficients stand as they are.
 * 'zero-variance': nothing is left unexplained. 'not-converged': no maximum was found.
 */
export type LmmStatus = 'zero-variance' | 'not-converged';

/** Result of {@link lmm}. */
export interface LmmFit extends FittedModel<LmmStatus> {
  /** In the order of `random`; empty without a fit. */
  readonly random: readonly RandomSpread[];
  /** Standard deviation of what the model leaves; null without a fit. */
  readonly residualSd: number | null;
  /** Restricted for REML. */
  readonly logLikelihood: number | null;
}

/**
 * Linear mixed model with crossed random intercepts, such as images and readers:
 *
 * yᵢ = xᵢᵀβ + Σₖ bₖ[levelₖ(i)] + εᵢ, bₖ ~ N(0, σₖ²), ε ~ N(0, σ²),
 *
 * by REML or maximum likelihood. Tests are Student's t with Satterthwaite's degrees of freedom.
 * For reading times the response is log seconds, see `readingTimeModel`.
 *
 * @param rows one per measurement
 * @param options formula and random terms; criterion, level, alternative, contrasts
 * @returns coefficients by R's names, spreads, log likelihood; typed statuses instead of NaN
 * @throws RangeError listing what is wrong with the formula, the rows or the options
 * @example
 * ```ts
 * lmm(rows, { response: 'logSeconds', terms: ['session'], random: ['case', 'reader'] });
 * ```
 * @see Bates, Mächler, Bolker and Walker 2015, J Stat Softw 67(1), doi 10.18637/jss.v067.i01 (lme4)
 * @see Satterthwaite 1946, Biometrics Bull 2:110, doi 10.2307/3002019
 */
export function lmm<Row extends object>(rows: readonly Row[], options: LmmOptions<Row>): LmmFit {
  const { criterion = 'REML' } = options;
  const { design, response, model } = modelData('lmm', rows, options);
  checkModelOptions('lmm', design.names, options);
  if (criterion !== 'REML' && criterion !== 'ML') {
    throw new RangeError(`lmm: criterion must be REML or ML, got ${String(criterion)}`);
  }
  checkRank('lmm', design);
  const effects = randomEffects('lmm', rows, options.random);
  const unreplicated = effects.factors.find(({ levels }) => levels.length === design.rows);
  if (unreplicated) {
    throw new RangeError(
      `lmm: ${unreplicated.name} must have fewer levels than rows, got ${unreplicated.levels.length}`,
    );
  }
  const context: ResultContext = {
    n: sampleSizes(effects),
    warnings: [],
    design: `crossed random ${options.random.join(', ')}`,
    method: `lmm, crossed random intercepts, ${criterion}, Satterthwaite`,
    references: [
      'Bates, Mächler, Bolker and Walker 2015, doi 10.18637/jss.v067.i01',
      'Satterthwaite 1946, doi 10.2307/3002019',
    ],
  };
  const optimum = maximiseLikelihood({ design, response, effects, criterion });
  if (typeof optimum === 'string') {
    return {
      status: optimum,
      model,
      random: [],
      residualSd: null,
      logLikelihood: null,
      ...context,
      ...modelTests(design.names, optimum, { options, context }),
    };
  }
  const { coefficients, uncertain, residualSd, deviance } = optimum;
  const random = randomSpreads(effects, options.random, optimum.sds);
  const warnings = singularWarnings(random);
  const components = { ...varianceComponents(random), residual: residualSd ** 2 };
  const known = { ...context, warnings, components };
  return {
    status: warnings.length > 0 ? 'singular' : 'ok',
    model,
    random,
    residualSd,
    logLikelihood: -deviance / 2,
    ...known,
    ...modelTests<LmmStatus>(
      design.names,
      {
        coefficients,
        covariance: uncertain.covariance,
        dfOf: (weights) => satterthwaiteDf(uncertain, weights),
      },
      { options, context: known },
    ),
  };
}

/** A spread this many times the residual's leaves no residual. */
const BOUNDLESS = 1e4;

interface Optimum {
  readonly coefficients: Float64Array;
  readonly uncertain: UncertainCovariance;
  /** Of the factors, in their own order. */
  readonly sds: Float64Array;
  readonly residualSd: number;
  readonly deviance: number;
}

function maximiseLikelihood(model: MixedLinear): Optimum | LmmStatus {
  const { effects, response } = model;
  const factors = effects.factors.length;
  const spread = response.reduce((sum, y) => sum + y * y, 0);
  const at = (theta: Float64Array): LeastSquares => leastSquares(model, [...theta]);
  const ordinary = at(new Float64Array(factors));
  if (ordinary.squares <= 1e-20 * spread || ordinary.degrees < 1) {
    return 'zero-variance';
  }
  const minimum = minimizeOverSpreads((theta) => profiledDeviance(at(theta)), factors, {
    start: new Float64Array(factors).fill(1),
    inverseHessian: blockDiagonal(
      effects.factors.map(({ levels }) => 1 / levels.length),
      new Float64Array(),
    ),
  });
  const solution = at(minimum.at);
  if (Math.max(...minimum.at) > BOUNDLESS) return 'zero-variance';
  if (!minimum.converged) return 'not-converged';
  const { squares, degrees, covariance, informationSlopes, coefficients } = solution;
  const variance = squares / degrees;
  const sigma = Math.sqrt(variance);
  const known = parameterCovariance(
    (place) => fullDeviance(at(place.slice(0, factors)), place[factors]!),
    Float64Array.from([...minimum.at, sigma]),
    factors,
  );
  if (known === null) return 'not-converged';
  // C = σ²·N⁻¹: ∂C/∂θ = −σ²·N⁻¹·(∂N/∂θ)·N⁻¹, ∂C/∂σ = 2σ·N⁻¹
  const slopes = [
    ...informationSlopes.map((slope) =>
      sandwiched(covariance, slope).map((value) => -variance * value),
    ),
    covariance.map((value) => 2 * sigma * value),
  ];
  return {
    coefficients,
    uncertain: {
      covariance: covariance.map((value) => variance * value),
      slopes: known.positions.map((position) => slopes[position]!),
      parameters: known.covariance,
    },
    sds: minimum.at.map((theta) => theta * sigma),
    residualSd: sigma,
    deviance: minimum.value,
  };
}

/** C·S·C for symmetric C and S. */
function sandwiched(covariance: Float64Array, middle: Float64Array): Float64Array {
  const size = Math.sqrt(covariance.length);
  const row = (j: number): Float64Array => covariance.subarray(j * size, (j + 1) * size);
  return covariance.map((_, at) => bilinear(row(Math.floor(at / size)), middle, row(at % size)));
}
