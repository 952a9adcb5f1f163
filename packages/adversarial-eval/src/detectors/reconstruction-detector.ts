import { momentsAccumulator } from '../features/feature-moments.ts';
import { checkPixels, dataRange, type PixelArray, type PixelGeometry } from '../fidelity/pixels.ts';
import { symmetricEigen } from '../matrix/symmetric-eigen.ts';
import { buildDetector } from './build-detector.ts';
import type { Detector } from './detector.ts';
import { isObject, numberProblems, shown } from './detector-state.ts';
import { patchesOf } from './patches.ts';

/** Options of {@link reconstructionDetector}. */
export interface ReconstructionOptions extends PixelGeometry {
  /** Your autoencoder, trained on real images of other patients; it gives pixels of the same range. */
  readonly reconstruct: (image: PixelArray) => PixelArray | Promise<PixelArray>;
}

/** Options of {@link patchPcaDetector}. */
export interface PatchPcaOptions extends PixelGeometry {
  /** Pixels on a side of the patches; default 8. */
  readonly patch?: number;
  /** Principal components kept, fewer than patch²; default a quarter of patch². */
  readonly components?: number;
}

/** A type, not an interface, so that it is assignable to JSON. */
type Learned = {
  readonly mean: readonly number[];
  /** Unit vectors, greatest variance first. */
  readonly components: readonly (readonly number[])[];
};

/**
 * How badly an autoencoder reproduces the image: mean of (x − r(x))² over pixels, in units of
 * maximum − minimum. There is nothing to learn: `fit` only counts patients.
 *
 * @throws RangeError if the geometry is wrong
 * @example
 * ```ts
 * const grey = () => new Float32Array(4).fill(0.5);
 * const detector = reconstructionDetector({ height: 2, width: 2, maximum: 1, reconstruct: grey });
 * await detector.fit([{ patientId: 'P1', image: new Float32Array(4) }]);
 * await detector.score([{ patientId: 'P2', image: new Float32Array(4) }]); // => [0.25]
 * ```
 * @see Meng and Chen 2017, MagNet, section 4.2.1, doi 10.1145/3133956.3134057
 */
export function reconstructionDetector(options: ReconstructionOptions): Detector {
  const { reconstruct, height, width, maximum, minimum = 0 } = options;
  const geometry = { height, width, maximum, minimum };
  checkPixels('reconstructionDetector', geometry);
  return buildDetector<PixelArray, null>({
    kind: 'reconstruction',
    settings: geometry,
    fakes: 'ignored',
    async learn(real) {
      for await (const { image } of real) checkPixels('reconstruction', geometry, image);
      return { learned: null, warnings: [] };
    },
    problems: (learned) => (learned === null ? [] : ['learned must be null']),
    scorer: () => async (image) => {
      const reproduced = await reconstruct(image);
      checkPixels('reconstruction', geometry, image, reproduced);
      let squares = 0;
      for (let i = 0; i < image.length; i++) squares += (image[i]! - reproduced[i]!) ** 2;
      return squares / image.length / dataRange(geometry) ** 2;
    },
  });
}

/**
 * How badly the principal components of real images' patches reproduce the image: the mean over patches
 * of ‖p − p̂‖²/patch², p̂ the projection of p onto mean + components. Patches do not overlap; what does not
 * fill one at the right and lower edges is left out. Fitted in constant memory, without fakes.
 *
 * A fake that is smoother than real images has a smaller error than they have: an area under 0.5 tells.
 *
 * @throws RangeError if the geometry, patch or components is wrong
 * @example
 * ```ts
 * const detector = patchPcaDetector({ height: 16, width: 16, maximum: 1, patch: 4, components: 2 });
 * detector.kind; // => 'patch-pca'
 * ```
 */
export function patchPcaDetector(options: PatchPcaOptions): Detector {
  const { height, width, maximum, minimum = 0, patch = 8 } = options;
  const geometry = { height, width, maximum, minimum };
  checkPixels('patchPcaDetector', geometry);
  if (!(Number.isInteger(patch) && patch >= 2 && patch <= Math.min(32, height, width))) {
    throw new RangeError(
      `patchPcaDetector: patch must be a whole number from 2 to 32 that fits the image, got ${patch}`,
    );
  }
  const { components = Math.floor(patch ** 2 / 4) } = options;
  if (!(Number.isInteger(components) && components >= 1 && components < patch ** 2)) {
    throw new RangeError(
      `patchPcaDetector: components must be a whole number from 1 to ${patch ** 2 - 1}, got ${components}`,
    );
  }
  const settings = { ...geometry, patch, components };
  return buildDetector<PixelArray, Learned>({
    kind: 'patch-pca',
    settings,
    fakes: 'ignored',
    async learn(real) {
      const moments = momentsAccumulator();
      for await (const { image } of real) {
        checkPixels('patch-pca', geometry, image);
        for (const values of patchesOf(image, settings)) moments.add(values);
      }
      const { mean, covariance, dimension } = moments.moments();
      const { vectors } = symmetricEigen(covariance, dimension);
      const kept = vectors.slice(0, components).map((vector) => Array.from(vector));
      return { learned: { mean: Array.from(mean), components: kept }, warnings: [] };
    },
    problems: (learned) => pcaProblems(learned, { length: patch ** 2, components }),
    scorer: (learned) => (image) => {
      checkPixels('patch-pca', geometry, image);
      let [error, patches] = [0, 0];
      for (const values of patchesOf(image, settings)) {
        error += residual(values, learned);
        patches++;
      }
      return error / patches / patch ** 2;
    },
  });
}

/** ‖c‖² − Σ (v·c)² for c = values − mean and unit vectors v, summed as what is left of c. */
function residual(values: Float64Array, { mean, components }: Learned): number {
  const rest = values.map((value, i) => value - mean[i]!);
  for (const vector of components) {
    let share = 0;
    for (let i = 0; i < rest.length; i++) share += vector[i]! * rest[i]!;
    for (let i = 0; i < rest.length; i++) rest[i]! -= share * vector[i]!;
  }
  return rest.reduce((sum, value) => sum + value * value, 0);
}

function pcaProblems(
  learned: unknown,
  expected: { readonly length: number; readonly components: number },
): readonly string[] {
  if (!isObject(learned) || !Array.isArray(learned.components)) {
    return [`learned must have mean and components, got ${shown(learned)}`];
  }
  const { mean, components } = learned;
  if (components.length !== expected.components) {
    return [`there must be ${expected.components} components, got ${components.length}`];
  }
  return [
    ...numberProblems('mean', mean, expected.length),
    ...components.flatMap((vector) => numberProblems('component', vector, expected.length)),
  ];
}
