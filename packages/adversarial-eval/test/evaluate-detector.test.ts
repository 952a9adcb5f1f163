import { randomStream } from '@mammo/reader-study-stats';
import { describe, expect, it } from 'vitest';
import { detectionCoverage } from '../simulate/detection.ts';
import { detectorVerdicts } from '../src/detectors/detector-verdicts.ts';
import { evaluateDetector } from '../src/detectors/evaluate-detector.ts';
import { falseAlarmThreshold } from '../src/detectors/false-alarm-threshold.ts';
import { evaluatePaired } from '../src/evaluate-paired.ts';
import { PairedRecordError } from '../src/paired-record.ts';
import { systemOutcome } from '../src/system-outcome.ts';
import { pair } from './pairs.ts';

/** Real images score 1 … n, fakes as given; each patient has one image. */
function scored(reals: number, fakes: readonly number[]) {
  const scores = [...Array.from({ length: reals }, (_, i) => i + 1), ...fakes];
  const records = scores.map((_, i) => ({ caseId: `c${i}`, patientId: `P${i}`, fake: i >= reals }));
  return { scores, records };
}

const { scores, records } = scored(20, [0.5, 18.5, 19.5, 30]);
const reference = {
  scores: Array.from({ length: 19 }, (_, i) => i + 1),
  patientIds: Array.from({ length: 19 }, (_, i) => `R${i}`),
};

describe('falseAlarmThreshold', () => {
  it('is exceeded by a new real image as often as asked for', () => {
    const stream = randomStream(3, 'alarms');
    let alarms = 0;
    for (let i = 0; i < 4000; i++) {
      const known = Array.from({ length: 39 }, () => stream.normal());
      const { threshold } = falseAlarmThreshold(known, { falseAlarmRate: 0.1 });
      if (stream.normal() > threshold!) alarms++;
    }
    // 10 % ± 3 standard errors
    expect(alarms / 4000).toBeGreaterThan(0.086);
    expect(alarms / 4000).toBeLessThan(0.114);
  });

  it('does not exist where real images are too few for the rate', () => {
    const nineteen = reference.scores;
    expect(falseAlarmThreshold(nineteen, { falseAlarmRate: 0.05 })).toEqual({
      status: 'ok',
      threshold: 19,
      falseAlarmRate: 0.05,
      n: 19,
    });
    expect(falseAlarmThreshold(nineteen.slice(1), { falseAlarmRate: 0.05 })).toEqual({
      status: 'few-reals',
      threshold: null,
      falseAlarmRate: 0.05,
      n: 18,
    });
  });

  it('says what is wrong', () => {
    expect(() => falseAlarmThreshold([1], { falseAlarmRate: 0 })).toThrow(
      'falseAlarmThreshold: falseAlarmRate must lie between 0 and 1, got 0',
    );
    expect(() => falseAlarmThreshold([1, Number.NaN], { falseAlarmRate: 0.1 })).toThrow(
      'falseAlarmThreshold: scores must be finite, got NaN at index 1',
    );
  });
});

describe('evaluateDetector', () => {
  it('counts at thresholds of the reference and of the evaluated images', () => {
    const { auc, points, empirical, n, warnings } = evaluateDetector(scores, records, {
      reference,
      falseAlarmRates: [0.01, 0.05, 0.1],
    });
    expect(n).toEqual({ real: 20, fake: 4, patients: 24 });
    expect(auc.estimate).toBeCloseTo((0 + 18 + 19 + 20) / 80, 12);
    expect(points.map(({ status, threshold }) => [status, threshold])).toEqual([
      ['few-reals', null],
      ['ok', 19],
      ['ok', 18],
    ]);
    expect(points[0]).toMatchObject({ falseAlarms: null, detected: null });
    expect(points[1]?.falseAlarms).toMatchObject({ k: 1, n: 20, method: 'wilson-clustered' });
    expect(points[1]?.detected).toMatchObject({ k: 2, n: 4 });
    expect(empirical.map(({ status, k, threshold }) => [status, k, threshold])).toEqual([
      ['few-reals', null, null],
      ['ok', 2, 19],
      ['ok', 3, 18],
    ]);
    expect(empirical[1]?.falseAlarms).toEqual({ k: 1, n: 20 });
    expect(warnings).toEqual([]);
    expect(JSON.stringify({ points, empirical })).not.toContain('NaN');
  });

  it('warns where thresholds have no reference, and repeats itself for a seed', () => {
    const options = { falseAlarmRates: [0.1], bootstrap: { replicates: 200, seed: 7 } };
    const one = evaluateDetector(scores, records, options);
    expect(one.warnings).toEqual([
      'no reference: thresholds chosen on the evaluated images look better than they are',
    ]);
    expect(one.points).toEqual([]);
    expect(evaluateDetector(scores, records, options)).toEqual(one);
    const other = evaluateDetector(scores, records, {
      ...options,
      bootstrap: { replicates: 200, seed: 8 },
    });
    expect(other.empirical[0]?.lower).not.toBe(one.empirical[0]?.lower);
  });

  it('has statuses where a class is absent', () => {
    const onlyFakes = evaluateDetector([1, 2], records.slice(20, 22), {
      reference,
      falseAlarmRates: [0.1],
    });
    expect(onlyFakes.auc.status).toBe('one-class');
    expect(onlyFakes.empirical[0]?.status).toBe('one-class');
    expect(onlyFakes.points[0]?.falseAlarms?.status).toBe('empty');
    expect(onlyFakes.points[0]?.detected).toMatchObject({ k: 0, n: 2 });
    const onlyReal = evaluateDetector(scores.slice(0, 20), records.slice(0, 20));
    expect(onlyReal.empirical[2]?.status).toBe('one-class');
  });

  it('holds the truth in its intervals as often as it says', () => {
    const population = {
      patients: 40,
      images: 2,
      shift: 1.5,
      correlation: 0.5,
      falseAlarmRate: 0.1,
    };
    const { truth, covered } = detectionCoverage(population, { simulations: 300, seed: 11 });
    expect(truth).toBeCloseTo(0.5865, 4);
    // 95 % less three standard errors
    expect(covered).toBeGreaterThan(0.912);
  });

  it('lists everything that is wrong at once', () => {
    const wrong = [
      ...records.slice(0, 2),
      { caseId: 'c0', patientId: 'P0', fake: false },
      { caseId: '', patientId: '', fake: true },
    ];
    const attempt = () =>
      evaluateDetector([1, Number.NaN, 2, 3], wrong, {
        reference: { scores: [1, Number.POSITIVE_INFINITY], patientIds: ['P1', 'F1'] },
        fitPatientIds: ['P0', 'F1'],
      });
    expect(attempt).toThrow(PairedRecordError);
    for (const message of [
      'row 2 (c1): score must be finite, got NaN',
      'row 3 (c0): the real image of caseId is already in row 1',
      'row 4: caseId must not be empty',
      'row 4: patientId must not be empty',
      'evaluation and fit must not share patients, got 1: P0',
      'evaluation and reference must not share patients, got 1: P1',
      'reference and fit must not share patients, got 1: F1',
      'reference scores must be finite, got Infinity at index 1',
    ]) {
      expect(attempt).toThrow(message);
    }
  });

  it('says which option is wrong', () => {
    const evaluate = (options: Parameters<typeof evaluateDetector>[2]) => () =>
      evaluateDetector(scores, records, options);
    expect(() => evaluateDetector([1], records)).toThrow(
      'evaluateDetector: there must be one score per record, got 1 for 24',
    );
    expect(evaluate({ level: 1 })).toThrow('level must lie between 0 and 1, got 1');
    expect(evaluate({ falseAlarmRates: [0.1, 1] })).toThrow(
      'falseAlarmRates must lie between 0 and 1, got 1',
    );
    expect(evaluate({ bootstrap: { replicates: 10, seed: 1 } })).toThrow(
      'bootstrap.replicates must be a whole number from 100 to 1000000, got 10',
    );
    expect(evaluate({ bootstrap: { replicates: 100, seed: Number.NaN } })).toThrow(
      'bootstrap.seed must be a safe integer, got NaN',
    );
    expect(evaluate({ reference: { scores: [1], patientIds: [] } })).toThrow(
      'reference scores and patientIds must have one length, got 1 and 0',
    );
  });
});

describe('detectorVerdicts', () => {
  it('join the system outcome by the case of the real image', () => {
    const { pairs } = evaluatePaired([
      pair('a', 'positive', [0.9, 0.1]),
      pair('b', 'positive', [0.9, 0.1]),
      pair('c', 'negative', [0.1, 0.9]),
    ]);
    const images = pairs.flatMap(({ caseId, patientId }) => [
      { caseId, patientId, fake: false },
      { caseId, patientId, fake: true },
    ]);
    const detector = detectorVerdicts([0, 1, 0, 3, 9, 2], images, { threshold: 2 });
    expect(detector).toEqual([
      { caseId: 'a', flagged: false },
      { caseId: 'b', flagged: true },
      { caseId: 'c', flagged: false },
    ]);
    const outcome = systemOutcome(
      { pairs, detector, reads: [] },
      { unsure: 'passes', missing: 'exclude' },
    );
    expect(outcome.passedDetector).toMatchObject({ k: 2, n: 3 });
  });

  it('says what is wrong', () => {
    expect(() => detectorVerdicts([1], [], { threshold: 1 })).toThrow(
      'detectorVerdicts: there must be one score per record, got 1 for 0',
    );
    expect(() => detectorVerdicts([], [], { threshold: Number.NaN })).toThrow(
      'detectorVerdicts: scores and threshold must be finite, got NaN',
    );
  });
});
