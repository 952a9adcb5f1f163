import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  classGaussiansAccumulator,
  mahalanobisDistance,
} from '../src/detectors/class-gaussians.ts';
import { evaluateDetector } from '../src/detectors/evaluate-detector.ts';
import { falseAlarmThreshold } from '../src/detectors/false-alarm-threshold.ts';
import { intrinsicDimension } from '../src/detectors/intrinsic-dimension.ts';
import { logisticRegression, logisticScore } from '../src/detectors/logistic-regression.ts';
import { patchPcaDetector } from '../src/detectors/reconstruction-detector.ts';
import { spectrumDetector } from '../src/detectors/spectrum-detector.ts';
import { bitDepthSqueezer, medianSqueezer } from '../src/detectors/squeezers.ts';
import { inventedFeatures, inventedPair } from './invented-images.ts';

interface Goldens {
  readonly gaussians: readonly {
    readonly n: number;
    readonly dimension: number;
    readonly shrinkage: number | 'oas';
    readonly used: number;
    readonly distances: readonly number[];
  }[];
  readonly regression: readonly {
    readonly n: number;
    readonly m: number;
    readonly dimension: number;
    readonly penalty: number;
    readonly weights: readonly number[];
    readonly intercept: number;
    readonly scores: readonly number[];
  }[];
  readonly lid: readonly {
    readonly n: number;
    readonly dimension: number;
    readonly k: number;
    readonly lid: readonly number[];
  }[];
  readonly squeezed: readonly {
    readonly height: number;
    readonly width: number;
    readonly seed: number;
    readonly medians: Readonly<Record<string, readonly number[]>>;
    readonly bits: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly spectrum: readonly {
    readonly height: number;
    readonly width: number;
    readonly rings: number;
    readonly penalty: number;
    readonly scores: readonly number[];
  }[];
  readonly pca: readonly {
    readonly height: number;
    readonly width: number;
    readonly patch: number;
    readonly components: number;
    readonly errors: readonly number[];
  }[];
  readonly detection: readonly {
    readonly n: number;
    readonly m: number;
    readonly rate: number;
    readonly auc: number;
    readonly detected: number;
    readonly conformal: number;
  }[];
}

const goldens = JSON.parse(
  readFileSync(new URL('fixtures/detectors/data.json', import.meta.url), 'utf8'),
) as Goldens;

/** Whether numbers agree to so many parts of the largest of them. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  const size = Math.max(...expected.map(Math.abs));
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i]! - value), `${i}: ${actual[i]}, not ${value}`).toBeLessThanOrEqual(
      tolerance * size,
    );
  });
}

/** Sums of the rows of an image. */
function rowSums(image: ArrayLike<number>, width: number): number[] {
  return Array.from({ length: image.length / width }, (_, y) => {
    return Array.from(image)
      .slice(y * width, (y + 1) * width)
      .reduce((sum, value) => sum + value, 0);
  });
}

const sample = (image: Float64Array, i: number, side: string) => ({
  image,
  patientId: `${side} ${i}`,
});

describe('detectors agree with numpy, scipy and scikit-learn', () => {
  it.each(goldens.gaussians)('Mahalanobis distance, $n × $dimension, $shrinkage', (golden) => {
    const gaussians = classGaussiansAccumulator();
    inventedFeatures(golden.n, golden.dimension, 1).forEach((vector, i) => {
      gaussians.add(vector, `class ${i % 2}`);
    });
    const fitted = gaussians.gaussians(golden.shrinkage);
    expectClose([fitted.shrinkage], [golden.used], 1e-9);
    const fakes = inventedFeatures(5, golden.dimension, 2);
    expectClose(fakes.map(mahalanobisDistance(fitted)), golden.distances, 1e-9);
  });

  it.each(goldens.regression)('logistic regression, penalty $penalty', (golden) => {
    const { n, m, dimension, penalty } = golden;
    const real = inventedFeatures(n, dimension, 1);
    const fake = inventedFeatures(m, dimension, 4).map((vector) => vector.map((v) => v * 1.02));
    const model = logisticRegression({ real, fake, penalty });
    expectClose(model.weights, golden.weights, 1e-6);
    expectClose([model.intercept], [golden.intercept], 1e-6);
    const scores = inventedFeatures(4, dimension, 3).map((vector) => logisticScore(model, vector));
    expectClose(scores, golden.scores, 1e-6);
  });

  it.each(goldens.lid)('intrinsic dimensionality, $k neighbours', ({ n, dimension, k, lid }) => {
    const others = inventedFeatures(n, dimension, 1);
    const found = inventedFeatures(6, dimension, 2).map(
      (point) => intrinsicDimension(point, others, { neighbours: k }).value ?? Number.NaN,
    );
    expectClose(found, lid, 1e-9);
  });

  it.each(goldens.squeezed)('squeezers, $height × $width', ({ height, width, seed, ...golden }) => {
    const geometry = { height, width, minimum: 0, maximum: 255 };
    const { real } = inventedPair({ ...geometry, seed });
    for (const [size, sums] of Object.entries(golden.medians)) {
      const squeezed = medianSqueezer(Number(size)).squeeze(real, geometry);
      expectClose(rowSums(squeezed, width), sums, 1e-12);
    }
    for (const [bits, sums] of Object.entries(golden.bits)) {
      const squeezed = bitDepthSqueezer(Number(bits)).squeeze(real, geometry);
      expectClose(rowSums(squeezed, width), sums, 1e-7);
    }
  });

  it.each(goldens.spectrum)('spectrum classifier, $height × $width', async (golden) => {
    const { height, width, rings, penalty } = golden;
    const geometry = { height, width, minimum: 0, maximum: 255 };
    const image = (seed: number, kind: 'real' | 'fake') =>
      sample(inventedPair({ ...geometry, seed })[kind], seed, kind);
    const detector = spectrumDetector({ ...geometry, rings, penalty });
    await detector.fit(
      [1, 2, 3, 4, 5, 6].map((seed) => image(seed, 'real')),
      [7, 8, 9, 10, 11, 12].map((seed) => image(seed, 'fake')),
    );
    const scored = [20, 21, 22, 23].map((seed) => image(seed, seed % 2 ? 'fake' : 'real'));
    expectClose(await detector.score(scored), golden.scores, 1e-6);
  });

  it.each(goldens.pca)('error of principal components, $height × $width', async (golden) => {
    const { height, width, patch, components, errors } = golden;
    const geometry = { height, width, minimum: 0, maximum: 255 };
    const image = (seed: number, kind: 'real' | 'fake') =>
      sample(inventedPair({ ...geometry, seed })[kind], seed, kind);
    const detector = patchPcaDetector({ ...geometry, patch, components });
    await detector.fit([1, 2, 3, 4].map((seed) => image(seed, 'real')));
    const scores = await detector.score([5, 6].map((seed) => image(seed, 'fake')));
    expectClose(scores, errors, 1e-9);
  });

  it.each(goldens.detection)('area and detection at $rate', ({ n, m, rate, ...golden }) => {
    const real = Array.from({ length: n }, (_, i) => ((i * 37) % 89) / 97);
    const fake = Array.from({ length: m }, (_, i) => (((i * 41) % 83) + 14) / 97);
    const records = [...real, ...fake].map((_, i) => ({
      caseId: `${i}`,
      patientId: `P${i}`,
      fake: i >= n,
    }));
    const { auc, empirical } = evaluateDetector([...real, ...fake], records, {
      falseAlarmRates: [rate],
    });
    expectClose([auc.estimate ?? 0], [golden.auc], 1e-12);
    if (n >= 1 / rate) expectClose([empirical[0]?.rate ?? 0], [golden.detected], 1e-12);
    else expect(empirical[0]?.status).toBe('few-reals');
    const { threshold } = falseAlarmThreshold(real, { falseAlarmRate: rate });
    expectClose([threshold ?? 0], [golden.conformal], 1e-12);
  });
});
