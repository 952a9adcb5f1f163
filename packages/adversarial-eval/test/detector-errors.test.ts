import { describe, expect, it } from 'vitest';
import type { Detector } from '../src/detectors/detector.ts';
import { dimensionalityDetector } from '../src/detectors/dimensionality-detector.ts';
import { featureSqueezingDetector } from '../src/detectors/feature-squeezing.ts';
import { functionDetector } from '../src/detectors/function-detector.ts';
import { logisticRegression } from '../src/detectors/logistic-regression.ts';
import { mahalanobisDetector } from '../src/detectors/mahalanobis-detector.ts';
import {
  patchPcaDetector,
  reconstructionDetector,
} from '../src/detectors/reconstruction-detector.ts';
import { spectrumDetector } from '../src/detectors/spectrum-detector.ts';
import { bitDepthSqueezer, gaussianSqueezer, medianSqueezer } from '../src/detectors/squeezers.ts';
import { evaluated, geometry, layers, learned } from './detector-samples.ts';

describe('detectors say what is wrong', () => {
  const { real, fakes } = learned;
  it('with options', () => {
    const wrong: readonly (readonly [() => unknown, string])[] = [
      [
        () => bitDepthSqueezer(0),
        'bitDepthSqueezer: bits must be a whole number from 1 to 16, got 0',
      ],
      [() => medianSqueezer(1), 'medianSqueezer: size must be a whole number from 2 to 15, got 1'],
      [() => gaussianSqueezer(0), 'gaussianSqueezer: sigma must be finite and > 0, got 0'],
      [() => functionDetector('', () => 0), 'functionDetector: name must not be empty'],
      [
        () => spectrumDetector({ ...geometry, rings: 0 }),
        'spectrumDetector: rings must be whole and positive, got 0',
      ],
      [
        () => spectrumDetector({ ...geometry, maximum: 0 }),
        'spectrumDetector: maximum must be positive and finite, got 0',
      ],
      [
        () => patchPcaDetector({ ...geometry, patch: 33 }),
        'patchPcaDetector: patch must be a whole number from 2 to 32 that fits the image, got 33',
      ],
      [
        () => patchPcaDetector({ ...geometry, patch: 2, components: 4 }),
        'components must be a whole number from 1 to 3, got 4',
      ],
      [
        () => mahalanobisDetector({ layers, seed: 1, shrinkage: 2 }),
        'shrinkage must be oas or lie in [0, 1], got 2',
      ],
      [
        () => mahalanobisDetector({ layers, seed: 1, heldOut: 0 }),
        'heldOut must lie between 0 and 1, got 0',
      ],
      [
        () => dimensionalityDetector({ layers, seed: 1, neighbours: 1 }),
        'neighbours must be a whole number >= 2, got 1',
      ],
      [
        () => dimensionalityDetector({ layers, seed: 1, batchSize: 20 }),
        'batchSize must be whole and more than neighbours 20, got 20',
      ],
      [
        () => featureSqueezingDetector({ ...geometry, victim: () => [], squeezers: [] }),
        'there must be squeezers, got none',
      ],
      [
        () => featureSqueezingDetector({ ...geometry, victim: () => [], scores: 'x' as 'logit' }),
        'scores must be probability or logit, got x',
      ],
    ];
    for (const [create, message] of wrong) expect(create).toThrow(message);
  });

  it('with samples', async () => {
    const fit = (detector: Detector, a = real, b: Parameters<Detector['fit']>[1] = fakes) =>
      detector.fit(a, b);
    const spectrum = spectrumDetector(geometry);
    await expect(spectrum.fit(real)).rejects.toThrow(
      'spectrum: fit must have fakes to learn from, got none',
    );
    await expect(fit(spectrum, [])).rejects.toThrow('spectrum: fit must have samples, got none');
    await expect(fit(spectrum, [{ ...real[0]!, patientId: '' }])).rejects.toThrow(
      'patientId must not be empty, got none at sample 0',
    );
    await expect(fit(spectrum, [{ image: new Float32Array(4), patientId: 'A' }])).rejects.toThrow(
      'images must have 32x32 = 1024 pixels, got 4',
    );
    await expect(fit(spectrumDetector({ ...geometry, penalty: 0 }))).rejects.toThrow(
      'penalty must be finite and > 0, got 0',
    );
    const twice = (x: number) => [x, x];
    expect(() =>
      logisticRegression({
        real: [1, 2, 4].map(twice),
        fake: [2, 3, 5].map(twice),
        penalty: 1e-300,
      }),
    ).toThrow("the penalty must be large enough for Newton's method, got 1e-300");
    expect(() => logisticRegression({ real: [[1]], fake: [] })).toThrow(
      'both classes must have vectors, got 1 real and 0 fake',
    );

    const gaussians = mahalanobisDetector({ layers, seed: 1 });
    function* once() {
      yield* real;
    }
    await expect(gaussians.fit(once(), fakes)).rejects.toThrow(
      'samples must be there each time they are gone through, got 40 and then 0; a generator runs once',
    );
    await expect(fit(gaussians, [{ ...real[0]!, label: 'positive' }, real[1]!])).rejects.toThrow(
      'all real samples must have a label, or none, got 1 with and 1 without',
    );
    await expect(gaussians.fit(real.slice(0, 2))).rejects.toThrow(
      'there must be at least 2 vectors more than classes, got 2 of 1 classes',
    );
    const singular = mahalanobisDetector({
      layers: (image) => [[image[0]!, image[0]!]],
      shrinkage: 0,
      seed: 1,
    });
    await expect(singular.fit(real)).rejects.toThrow(
      'the covariance must have rank 2, got 1; shrink it',
    );
    const growing = mahalanobisDetector({
      layers: (image) =>
        Array.from({ length: image === real[0]?.image ? 1 : 2 }, () => [image[0]!]),
      seed: 1,
    });
    await expect(growing.fit(real)).rejects.toThrow('images must have 1 layers of features, got 2');
    await expect(mahalanobisDetector({ layers: () => [], seed: 1 }).fit(real)).rejects.toThrow(
      'images must have some layers of features, got 0',
    );

    const dimensions = dimensionalityDetector({ layers, seed: 1 });
    await expect(fit(dimensions, real.slice(0, 20))).rejects.toThrow(
      'there must be more real images than neighbours 20, got 20',
    );

    const squeezing = featureSqueezingDetector({ ...geometry, victim: () => [0.5] });
    await squeezing.fit(real);
    await expect(squeezing.score(evaluated)).rejects.toThrow(
      'the victim must give 4 scores, got 1',
    );
    const own = functionDetector('nothing', () => Number.NaN);
    await own.fit(real);
    await expect(own.score(evaluated)).rejects.toThrow(
      'scores must be finite, got NaN for sample 0',
    );
    const shrinking = reconstructionDetector({
      ...geometry,
      reconstruct: () => new Float32Array(1),
    });
    await shrinking.fit(real);
    await expect(shrinking.score(evaluated)).rejects.toThrow(
      'images must have 32x32 = 1024 pixels, got 1',
    );
  });
});
