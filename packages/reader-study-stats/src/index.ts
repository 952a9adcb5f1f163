export type { Agreement, AgreementResult, AgreementStatus } from './agreement/agreement-result.ts';
export {
  type AgreementOptions,
  brennanPrediger,
  fleissKappa,
  gwetAc,
} from './agreement/chance-corrected.ts';
export { agreementTable, type CohenKappaOptions, cohenKappa } from './agreement/cohen-kappa.ts';
export {
  type IccForm,
  type IccResult,
  type IccStatus,
  intraclassCorrelation,
  type MeanSquares,
} from './agreement/intraclass-correlation.ts';
export {
  type AlphaMetric,
  type AlphaOptions,
  type AlphaResult,
  krippendorffAlpha,
} from './agreement/krippendorff-alpha.ts';
export {
  type AgreementLimit,
  type LimitsOptions,
  type LimitsResult,
  limitsOfAgreement,
} from './agreement/limits-of-agreement.ts';
export { congerKappa, lightKappa } from './agreement/rater-kappas.ts';
export type { AgreementWeights, Category, Ratings } from './agreement/rating-table.ts';
export { stuartMaxwellTest } from './agreement/stuart-maxwell.ts';
export {
  type AccuracyOptions,
  type AccuracyPolicy,
  type AccuracyRow,
  answerScore,
  readerAccuracies,
  type UnsurePolicy,
} from './answers/accuracy.ts';
export {
  type CompareSessionsOptions,
  compareSessions,
  type SessionComparison,
} from './answers/compare-sessions.ts';
export { type ReaderArea, readerAreas } from './answers/reader-areas.ts';
export {
  compareDetection,
  type ReaderDetection,
  type ReaderDetectionOptions,
  readerDetection,
  type UnsureAnswer,
} from './answers/reader-detection.ts';
export { ORDINAL_RATINGS, type ScoredRead, scoreReads } from './answers/score-reads.ts';
export {
  type DetectionCounts,
  type SignalDetection,
  signalDetection,
} from './answers/signal-detection.ts';
export { beta } from './distributions/beta.ts';
export { binomial } from './distributions/binomial.ts';
export { chiSquared } from './distributions/chi-squared.ts';
export type {
  ContinuousDistribution,
  DiscreteDistribution,
  Distribution,
} from './distributions/distribution.ts';
export { fisherF } from './distributions/fisher-f.ts';
export { type HypergeometricParameters, hypergeometric } from './distributions/hypergeometric.ts';
export { noncentralChiSquared } from './distributions/noncentral-chi-squared.ts';
export { noncentralF } from './distributions/noncentral-f.ts';
export { noncentralT } from './distributions/noncentral-t.ts';
export { normal } from './distributions/normal.ts';
export { erf, erfc, erfcx } from './distributions/special/error-function.ts';
export { incompleteBeta } from './distributions/special/incomplete-beta.ts';
export { incompleteGamma } from './distributions/special/incomplete-gamma.ts';
export { logGamma } from './distributions/special/log-gamma.ts';
export type { Tails } from './distributions/special/tails.ts';
export { studentT } from './distributions/student-t.ts';
export {
  analyzeFroc,
  type FrocAnalysisOptions,
  frocFigureTable,
} from './froc/analyze-froc.ts';
export { type FrocCurveOptions, type FrocPoint, frocCurve } from './froc/froc-curve.ts';
export { arrangeMarks, type FrocCell, type FrocData } from './froc/froc-data.ts';
export {
  afroc,
  afroc1,
  type FrocFigure,
  falseMarksPerNormalCase,
  inferredRoc,
  lesionSensitivity,
  locatedRoc,
  weightedAfroc,
  weightedAfroc1,
} from './froc/froc-figures.ts';
export type {
  FrocCase,
  FrocLesion,
  FrocMark,
  FrocOptions,
  FrocReads,
  FrocStudy,
} from './froc/froc-marks.ts';
export { validateMarks } from './froc/validate-marks.ts';
export { type MannWhitneyResult, mannWhitneyTest } from './inference/mann-whitney.ts';
export {
  benjaminiHochbergAdjust,
  benjaminiYekutieliAdjust,
  bonferroniAdjust,
  hochbergAdjust,
  holmAdjust,
  hommelAdjust,
  sidakAdjust,
} from './inference/multiple-comparisons.ts';
export {
  equivalence,
  type MarginOptions,
  type MarginResult,
  nonInferiority,
} from './inference/non-inferiority.ts';
export {
  type PooledEstimate,
  type PoolOptions,
  poolEstimates,
} from './inference/pool-estimates.ts';
export type {
  Alternative,
  ConfidenceInterval,
  OmnibusResult,
  ResultContext,
  StatisticalResult,
  TestResult,
  UndefinedResult,
  ZeroVarianceResult,
} from './inference/test-result.ts';
export type { BckComponents, BckDecomposition, BckSource } from './mrmc/bck-components.ts';
export type { BdgMoments } from './mrmc/bdg-moments.ts';
export {
  bootstrapMrmc,
  type MrmcBootstrap,
  type MrmcBootstrapOptions,
} from './mrmc/bootstrap.ts';
export type { Compat } from './mrmc/compat-profile.ts';
export {
  type CrossedComponents,
  type CrossedComponentsOptions,
  crossedComponents,
  type PseudovalueSources,
} from './mrmc/crossed-components.ts';
export {
  type DbmAnalysis,
  type DbmLine,
  type DbmSource,
  dorfmanBerbaumMetz,
} from './mrmc/dorfman-berbaum-metz.ts';
export type { FigureDifference, FigureEstimate, MeanInterval } from './mrmc/figure-inference.ts';
export {
  type CellRatings,
  empiricalAuc,
  type FigureOfMerit,
  type LeaveOneOut,
  sensitivityAt,
  specificityAt,
} from './mrmc/figure-of-merit.ts';
export {
  type CellFigure,
  type CovarianceMethod,
  type FigureTable,
  figureTable,
} from './mrmc/figure-table.ts';
export { type DeletedFigures, jackknifeCovariance } from './mrmc/jackknife.ts';
export type { AnovaLine, FigureAnova, TestMean } from './mrmc/mean-squares.ts';
export {
  arrangeReads,
  type CaseClusters,
  type ClassRatings,
  type MrmcCell,
  type MrmcData,
} from './mrmc/mrmc-data.ts';
export {
  analyzeFigures,
  type OrAnalysis,
  type OrOptions,
  type OrTestOptions,
  obuchowskiRockette,
} from './mrmc/obuchowski-rockette.ts';
export type { OrComponents } from './mrmc/or-components.ts';
export type { OrModel, OrStatus } from './mrmc/or-tests.ts';
export {
  type MrmcPower,
  type MrmcPowerOptions,
  type MrmcSampleSize,
  mrmcPower,
  mrmcSampleSize,
  type PilotComponents,
  pilotComponents,
} from './mrmc/power.ts';
export type { MrmcOptions, ReadRow } from './mrmc/read-row.ts';
export { type RoeMetzOptions, type RoeMetzVariances, simulateRoeMetz } from './mrmc/roe-metz.ts';
export {
  compareStandalone,
  type StandaloneComparison,
  type StandaloneOptions,
} from './mrmc/standalone.ts';
export type { DesignKind, StudyDesign } from './mrmc/study-design.ts';
export type { SuccessKernel } from './mrmc/success-matrix.ts';
export {
  type UStatisticPower,
  type UStatisticPowerOptions,
  uStatisticPower,
} from './mrmc/u-statistic-power.ts';
export type { ReaderFigure } from './mrmc/u-statistic-readers.ts';
export {
  type UStatisticAnalysis,
  type UStatisticDifference,
  type UStatisticMean,
  type UStatisticOptions,
  type UStatisticParts,
  type UStatisticStatus,
  uStatisticAnalysis,
} from './mrmc/u-statistics.ts';
export { validateRows } from './mrmc/validate-rows.ts';
export { agrestiCoullInterval } from './proportions/agresti-coull.ts';
export {
  type BinomialTestOptions,
  type BinomialTestResult,
  binomialTest,
} from './proportions/binomial-test.ts';
export type { EstimatedProportion, IntervalMethod } from './proportions/estimated-proportion.ts';
export { clopperPearsonInterval, midPInterval } from './proportions/exact-intervals.ts';
export { jeffreysInterval } from './proportions/jeffreys.ts';
export {
  type EmptyProportion,
  type Proportion,
  type ProportionOptions,
  proportion,
} from './proportions/proportion.ts';
export { wilsonInterval } from './proportions/wilson.ts';
export { type RandomStream, randomStream } from './random.ts';
export {
  type CompareReadingTimesOptions,
  compareReadingTimes,
  type ReadingTimeComparison,
} from './reading-time/compare-reading-times.ts';
export { type ReadingTime, readingTimes } from './reading-time/reading-time.ts';
export {
  ANSWER_CODES,
  type Answer,
  type Appearance,
  type Read,
  type ReadProblem,
  ReadsError,
  type Truth,
  validateReads,
} from './reads.ts';
export {
  type SessionSpread,
  type SubgroupScale,
  type SubgroupTestOptions,
  type SubgroupTestResult,
  subgroupTest,
} from './reproduction/subgroup-test.ts';
export { areaUnderCurve, type BinaryLabel, type ClassSizes } from './roc/auc.ts';
export {
  type AucPair,
  type AucPairPlan,
  type AucWithVariance,
  aucPair,
  aucPairPower,
  aucPairSampleSize,
} from './roc/auc-pair.ts';
export { type AucPowerOptions, aucPower, aucSampleSize } from './roc/auc-power.ts';
export {
  type BinormalCurve,
  type BinormalError,
  type BinormalEstimate,
  binormalArea,
  binormalPartialArea,
  binormalSensitivity,
  binormalSpecificity,
} from './roc/binormal-curve.ts';
export { binormalAuc, binormalPartialAuc } from './roc/binormal-figures.ts';
export { type BinormalFit, binormalFit } from './roc/binormal-fit.ts';
export type { BinormalCovariance } from './roc/binormal-likelihood.ts';
export {
  type BootstrapDifferenceOptions,
  type BootstrapUnpairedOptions,
  bootstrapDifference,
  bootstrapUnpairedDifference,
} from './roc/bootstrap-difference.ts';
export {
  type BootstrapFigure,
  type BootstrapFigureOptions,
  bootstrapFigure,
} from './roc/bootstrap-figure.ts';
export {
  type AucEstimate,
  type DeLongOptions,
  type DeLongTestOptions,
  deLongInterval,
  deLongPairedTest,
  deLongUnpairedTest,
  type ScoredCases,
} from './roc/delong.ts';
export {
  type OperatingPoint,
  sensitivityInterval,
  specificityInterval,
} from './roc/operating-point.ts';
export {
  type PartialArea,
  partialArea,
  partialAuc,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from './roc/partial-area.ts';
export {
  type ProperBinormalFit,
  properBinormalAuc,
  properBinormalFit,
} from './roc/proper-binormal.ts';
export type { ProperBinormalCurve } from './roc/proper-likelihood.ts';
export type { ResampleOptions } from './roc/resample-cases.ts';
export {
  type BandPoint,
  type BinormalBandOptions,
  binormalBand,
  type RocBandOptions,
  rocBand,
} from './roc/roc-band.ts';
export { type RocPoint, rocCurve } from './roc/roc-curve.ts';
export type { RocRange } from './roc/roc-range.ts';
export { type SmoothCurve, type SmoothOptions, smoothCurve } from './roc/smooth-curve.ts';
export {
  type VenkatramanOptions,
  type VenkatramanResult,
  venkatramanTest,
} from './roc/venkatraman.ts';
export { type YoudenOptions, type YoudenPoint, youdenPoints } from './roc/youden.ts';
export { type ClassTotals, type PlanTableRow, planTable } from './study/plan-table.ts';
export {
  type ClassCounts,
  PAPER_SESSIONS,
  type SessionDesign,
  type SessionPurpose,
} from './study/session-design.ts';
export {
  DEMO_READERS,
  type SimulatedRead,
  type SimulatedReader,
  simulateReads,
} from './study/simulate.ts';
export type { Split, StudyCase, StudyFake } from './study/study-cohort.ts';
export {
  type PlannedImage,
  type PlannedSession,
  type PlannedTriplet,
  planReaderStudy,
  type ReaderStudyOptions,
  type StudyPlan,
} from './study/study-plan.ts';
export { agrestiCaffoInterval } from './two-by-two/agresti-caffo.ts';
export {
  type BoschlooOptions,
  type BoschlooOrdering,
  boschlooTest,
} from './two-by-two/boschloo.ts';
export { type ChiSquareResult, chiSquareTest } from './two-by-two/chi-square.ts';
export { conditionalOddsRatio } from './two-by-two/conditional-odds-ratio.ts';
export type { Count, PairedCounts } from './two-by-two/count.ts';
export type { DifferenceInterval } from './two-by-two/difference-interval.ts';
export { type ExactTestResult, fisherExactTest } from './two-by-two/fisher-exact.ts';
export { type McNemarMethod, type McNemarResult, mcNemarTest } from './two-by-two/mcnemar.ts';
export {
  type MiettinenNurminenOptions,
  miettinenNurminenInterval,
  miettinenNurminenTest,
} from './two-by-two/miettinen-nurminen.ts';
export { newcombeInterval, newcombePairedInterval } from './two-by-two/newcombe.ts';
export {
  compareLikelihoodRatios,
  comparePredictiveValues,
  type DiagnosticComparison,
  type DiagnosticResult,
  type DiagnosticResults,
  type PairedCalls,
} from './two-by-two/paired-diagnostics.ts';
export {
  oddsRatioInterval,
  type RatioInterval,
  rateRatioInterval,
} from './two-by-two/ratio-intervals.ts';
export { type ScoreTestOptions, tangoInterval, tangoTest } from './two-by-two/tango.ts';
