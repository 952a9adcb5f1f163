import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianBlur } from '../src/controls/gaussian-blur.ts';
import type { Detector, DetectorSample } from '../src/detectors/detector.ts';
import { dimensionalityDetector } from '../src/detectors/dimensionality-detector.ts';
import { evaluateDetector } from '../src/detectors/evaluate-detector.ts';
import { featureSqueezingDetector } from '../src/detectors/feature-squeezing.ts';
import { functionDetector } from '../src/detectors/function-detector.ts';
import { mahalanobisDetector } from '../src/detectors/mahalanobis-detector.ts';
import {
  patchPcaDetector,
  reconstructionDetector,
} from '../src/detectors/reconstruction-detector.ts';
import { spectrumDetector } from '../src/detectors/spectrum-detector.ts';
import { bitDepthSqueezer, gaussianSqueezer, medianSqueezer } from '../src/detectors/squeezers.ts';
import type { PixelArray } from '../src/fidelity/pixels.ts';
import { evaluated, geometry, layers, learned, size } from './detector-samples.ts';
import { settledHeap } from './heap.ts';

const detectors: Readonly<Record<string, () => Detector>> = {
  spectrum: () => spectrumDetector(geometry),
  'mahalanobis with fakes': () => mahalanobisDetector({ layers, seed: 1 }),
  'mahalanobis without': () => withoutFakes(mahalanobisDetector({ layers, seed: 1 })),
  'intrinsic dimensionality': () =>
    dimensionalityDetector({ layers, neighbours: 8, batchSize: 20, seed: 1 }),
  'reconstruction by blur': () =>
    flipped(
      reconstructionDetector({
        ...geometry,
        reconstruct: (image) => gaussianBlur(image, { ...geometry, sigma: 1 }),
      }),
    ),
  'principal components': () => flipped(patchPcaDetector({ ...geometry, patch: 4, components: 4 })),
  'own function': () => functionDetector('smoothness', (image) => -layers(image)[0]![0]!),
};

function withoutFakes(detector: Detector): Detector {
  return { ...detector, fit: (real) => detector.fit(real) };
}

/** These fakes are smoother than real images, so that their reconstruction error is smaller. */
function flipped(detector: Detector): Detector {
  return { ...detector, score: async (images) => (await detector.score(images)).map((s) => -s) };
}

async function areaOf(detector: Detector): Promise<number> {
  await detector.fit(learned.real, learned.fakes);
  const records = evaluated.map(({ patientId }, i) => ({
    caseId: patientId,
    patientId,
    fake: i >= 40,
  }));
  const { fitPatientIds } = { fitPatientIds: detector.save().patientIds };
  const scores = await detector.score(evaluated);
  return evaluateDetector(scores, records, { fitPatientIds }).auc.estimate ?? 0;
}

describe('detectors', () => {
  it.each(Object.entries(detectors).filter(([name]) => name !== 'intrinsic dimensionality'))(
    '%s finds smooth fakes of patients it has not seen',
    async (_, create) => {
      expect(await areaOf(create())).toBeGreaterThan(0.95);
    },
  );

  it('find fakes by dimension, where fakes fill more dimensions than real images do', async () => {
    // real images on a line in eight dimensions, fakes around it
    const vector = (i: number, spread: number) =>
      Float64Array.from({ length: 8 }, (_, j) => i / 40 + spread * Math.sin(i * 91 + j * 37));
    const samples = (name: string, count: number, spread: number) =>
      Array.from({ length: count }, (_, i) => ({
        image: vector(i + 0.37 * name.length, spread),
        patientId: `${name} ${i}`,
      }));
    const detector = dimensionalityDetector<Float64Array>({
      layers: (image) => [image],
      neighbours: 10,
      batchSize: 60,
      seed: 1,
    });
    await detector.fit(samples('real', 60, 0.001), samples('fake', 60, 0.5));
    const scores = await detector.score([
      ...samples('new', 30, 0.001),
      ...samples('other', 30, 0.5),
    ]);
    const least = Math.min(...scores.slice(30));
    expect(scores.slice(0, 30).filter((score) => score < least).length).toBeGreaterThan(27);
  });

  it.each(Object.entries(detectors))(
    '%s scores alike after saving and loading',
    async (_, create) => {
      const detector = create();
      const fit = await detector.fit(learned.real, learned.fakes);
      expect(fit.status).toBe('ok');
      const loaded = create();
      loaded.load(JSON.parse(JSON.stringify(detector.save())));
      expect(await loaded.score(evaluated)).toEqual(await detector.score(evaluated));
      expect(loaded.save()).toEqual(detector.save());
    },
  );

  it.each(Object.entries(detectors))(
    '%s refuses patients that it learned from',
    async (name, create) => {
      const detector = create();
      await expect(detector.score(evaluated)).rejects.toThrow('fit or load must come first');
      expect(() => detector.save()).toThrow('fit or load must come first');
      await detector.fit(learned.real, learned.fakes);
      await expect(detector.score([...evaluated, ...learned.real.slice(0, 7)])).rejects.toThrow(
        'scored patients must not be those of fit, got 7 of them: fit 0, fit 1, fit 2, fit 3, fit 4, …',
      );
      if (/with fakes|own function|spectrum/.test(name)) {
        await expect(detector.score(learned.fakes.slice(0, 1))).rejects.toThrow(
          'got 1 of them: fit fakes 0',
        );
      }
    },
  );

  it.each(Object.entries(detectors))(
    '%s loads nothing that it could not have saved',
    async (_, create) => {
      const detector = create();
      await detector.fit(learned.real, learned.fakes);
      const saved = detector.save();
      const loaded = create();
      for (const wrong of [null, 7, [], 'x']) {
        expect(() => loaded.load(wrong)).toThrow('the state must be an object');
      }
      expect(() => loaded.load({ ...saved, schema: 'detector/2' })).toThrow(
        'schema must be detector/1, got "detector/2"',
      );
      expect(() => loaded.load({ ...saved, kind: 'other' })).toThrow(
        `kind must be ${saved.kind}, got "other"`,
      );
      expect(() =>
        loaded.load({
          ...saved,
          settings: { ...saved.settings, more: 1 },
          patientIds: [''],
          fit: {},
        }),
      ).toThrow(/settings\.more[\s\S]*fit must have[\s\S]*patientIds must be/);
      expect(() => loaded.load({ ...saved, settings: 3 })).toThrow(
        'settings must be an object, got 3',
      );
      const paths = pathsOf(saved.learned);
      fc.assert(
        fc.property(
          fc.constantFrom(...paths),
          fc.constantFrom('x', null, [], {}, true),
          (path, value) => {
            const broken = JSON.parse(JSON.stringify(saved));
            if (JSON.stringify(at(broken.learned, path)) === JSON.stringify(value)) return;
            replace(broken, ['learned', ...path], value);
            // Mahalanobis without a regression is a state of its own
            if (path[0] === 'regression' && path.length === 1 && value === null) return;
            if (path.at(-1) === 'label' || path.at(-1) === 'n' || path.at(-1) === 'shrinkage')
              return;
            expect(() => loaded.load(broken)).toThrow(RangeError);
          },
        ),
        { seed: 1, numRuns: 40 },
      );
    },
  );

  it('learn in constant memory from images that are read one at a time', async () => {
    const [height, width] = [64, 64];
    const stream = (name: string, count: number) => ({
      *[Symbol.iterator](): Generator<DetectorSample> {
        for (let i = 0; i < count; i++) {
          const image = Float64Array.from({ length: height * width }, (_, at) => {
            return ((at * 79 + i * 47 + ((at * at) & 1023)) & 511) / 511;
          });
          yield { image, patientId: `${name} ${i % 50}` };
        }
      },
    });
    const { spectrum, ...others } = {
      spectrum: spectrumDetector({ height, width, maximum: 1 }),
      gaussians: mahalanobisDetector({ layers: (image) => [image.subarray(0, 16)], seed: 1 }),
      components: patchPcaDetector({ height, width, maximum: 1, patch: 4 }),
    };
    for (const detector of Object.values(others)) {
      await detector.fit(stream('real', 20));
      const before = await settledHeap();
      await detector.fit(stream('real', 150));
      // all images are 5 MB
      expect((await settledHeap()) - before).toBeLessThan(1.5e6);
    }
    await spectrum.fit(stream('real', 20), stream('fake', 20));
    const before = await settledHeap();
    await spectrum.fit(stream('real', 75), stream('fake', 75));
    expect((await settledHeap()) - before).toBeLessThan(1.5e6);
  });

  it('say when they learned from too little', async () => {
    const few = await spectrumDetector(geometry).fit(
      learned.real.slice(0, 3),
      learned.fakes.slice(0, 4),
    );
    expect(few.status).toBe('few-samples');
    expect(few.n).toEqual({ real: 3, fake: 4, patients: 7 });
    expect(few.warnings).toEqual([
      'learned from 3 patients with real images; 10 would be few',
      'learned from 4 fakes; 10 would be few',
    ]);
    const wide = mahalanobisDetector({ layers: (image) => [image.subarray(0, 64)], seed: 1 });
    const { warnings } = await wide.fit(learned.real);
    expect(warnings[0]).toMatch(/^layer 0: 64 features from 40 images rest on shrinkage 0\.\d{3}$/);
    const batch = dimensionalityDetector({ layers, neighbours: 8, batchSize: 60, seed: 1 });
    expect((await batch.fit(learned.real, learned.fakes)).warnings).toEqual([
      '40 real images do not fill a minibatch',
    ]);
  });

  it('have means by class where real images have labels', async () => {
    const image = (x: number) => Float64Array.of(x, x * x);
    const detector = mahalanobisDetector<Float64Array>({
      layers: (x) => [x],
      shrinkage: 0.1,
      seed: 1,
    });
    await detector.fit(
      Array.from({ length: 40 }, (_, i) => ({
        image: image((i % 2 ? 5 : -5) + Math.sin(i)),
        patientId: `P${i}`,
        label: i % 2 ? 'positive' : 'negative',
      })),
    );
    const scores = await detector.score(
      [-5, 0, 5].map((x) => ({ image: image(x), patientId: `new ${x}` })),
    );
    expect(scores[1]).toBeGreaterThan(Math.max(scores[0]!, scores[2]!));
  });
});

describe('feature squeezing', () => {
  it('is twice the greatest change of the probability, and the change of a logit', async () => {
    const victim = (images: readonly PixelArray[]) =>
      images.map((image) => Array.from(image).reduce((sum, v) => sum + v, 0) / image.length);
    const shrink = {
      name: 'less',
      squeeze: (image: PixelArray) => image.map((v) => v - 0.25) as Float64Array,
    };
    const keep = { name: 'same', squeeze: (image: PixelArray) => image };
    const image = new Float64Array(16).fill(0.5);
    for (const [scores, expected] of [
      ['probability', 0.5],
      ['logit', 0.25],
    ] as const) {
      const detector = featureSqueezingDetector({
        height: 4,
        width: 4,
        maximum: 1,
        victim,
        scores,
        squeezers: [keep, shrink],
      });
      await detector.fit([{ image, patientId: 'A' }]);
      expect(await detector.score([{ image, patientId: 'B' }])).toEqual([expected]);
    }
  });

  it('finds a fake that small noise made, which squeezing undoes', async () => {
    // the victim counts a checkerboard that no one sees
    const sign = (i: number) => ((i + Math.floor(i / size)) % 2 ? 1 : -1);
    const victim = (images: readonly PixelArray[]) =>
      images.map((image) => {
        const found = Array.from(image).reduce((sum, v, i) => sum + sign(i) * v, 0) / image.length;
        return 1 / (1 + Math.exp(-400 * found));
      });
    const detector = featureSqueezingDetector({ ...geometry, victim });
    await detector.fit(learned.real);
    const attacked = evaluated.slice(0, 40).map(({ image, patientId }) => ({
      image: image.map((v, i) => v + 0.01 * sign(i)) as Float32Array,
      patientId,
    }));
    const samples = [...evaluated.slice(0, 40), ...attacked];
    const records = samples.map(({ patientId }, i) => ({
      caseId: patientId,
      patientId,
      fake: i >= 40,
    }));
    const { auc } = evaluateDetector(await detector.score(samples), records);
    expect(auc.estimate).toBeGreaterThan(0.85);
    expect(auc.n.patients).toBe(40);
  });

  it('keeps constant images and bounds', () => {
    const squeezers = [bitDepthSqueezer(3), medianSqueezer(3), gaussianSqueezer(1.5)];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), (level) => {
        const image = new Float64Array(30).fill(100 + (level / 7) * 50);
        const range = { height: 5, width: 6, minimum: 100, maximum: 150 };
        for (const { squeeze } of squeezers) {
          for (const value of squeeze(image, range)) expect(value).toBeCloseTo(image[0]!, 4);
        }
      }),
      { seed: 1, numRuns: 16 },
    );
  });
});

type Path = readonly (string | number)[];

/** Ways to every value within one of JSON. */
function pathsOf(value: unknown, before: Path = []): readonly Path[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, content]) => pathsOf(content, [...before, key]))
      : [];
  return [before, ...inner.slice(0, 300)];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);
}

function replace(value: unknown, path: Path, content: unknown): void {
  const parent = at(value, path.slice(0, -1)) as Record<string, unknown>;
  parent[String(path.at(-1))] = content;
}
