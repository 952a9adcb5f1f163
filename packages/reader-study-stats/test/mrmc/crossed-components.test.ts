import { describe, expect, it } from 'vitest';
import { crossedComponents } from '../../src/mrmc/crossed-components.ts';
import { obuchowskiRockette } from '../../src/mrmc/obuchowski-rockette.ts';
import { uStatisticAnalysis } from '../../src/mrmc/u-statistics.ts';
import { goldenStudy } from '../mrmc-goldens.ts';

describe('components of U-statistics in other terms', () => {
  const study = goldenStudy('sim_crossed_dev.csv');
  const analysis = uStatisticAnalysis(study);
  const [first, second] = analysis.means.map(({ test }) => test) as [string, string];

  it('are Obuchowski and Rockette’s with unbiased covariances', () => {
    const two = {
      ...study,
      tests: study.tests.slice(0, 2),
      cells: study.cells.filter((cell) => cell.test < 2),
    };
    const { components } = obuchowskiRockette(two, { covariance: 'unbiased' });
    const { or } = crossedComponents(analysis, { tests: [first, second] });
    for (const name of ['error', 'cov1', 'cov2', 'cov3', 'testByReader', 'reader'] as const) {
      expect(Math.abs(or[name]! - components[name]!), name).toBeLessThan(1e-12);
    }
  });

  it('make up the variance that they come from', () => {
    const { readers, positives, negatives } = analysis.means[0]!.n as Record<string, number>;
    const each = readers! * (positives! + negatives!);
    const [mean] = analysis.means;
    const { R, C, RC } = crossedComponents(analysis, { tests: [first] }).meanSquares;
    expect((R + C - RC) / each).toBeCloseTo(mean!.se! ** 2, 12);
    const [difference] = analysis.differences;
    const { TR, TC, TRC } = crossedComponents(analysis, { tests: [first, second] }).meanSquares;
    expect((2 * (TR! + TC! - TRC!)) / each).toBeCloseTo(difference!.se! ** 2, 12);
  });

  it('need a crossed study, and its tests', () => {
    const missing = uStatisticAnalysis(goldenStudy('sim_missing_dev.csv'));
    expect(() => crossedComponents(missing, { tests: [first] })).toThrow(
      /^crossedComponents: the study must be crossed without missing reads, got partial with \d+ missing$/,
    );
    expect(() => crossedComponents(analysis, { tests: [second, first] })).toThrow(
      `crossedComponents: tests must be of the analysis and in its order, got ${second}, ${first}`,
    );
  });
});
