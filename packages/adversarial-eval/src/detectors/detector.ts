import type { PixelArray } from '../fidelity/pixels.ts';

/** An image to learn from or to score, and whose it is. */
export interface DetectorSample<Image = PixelArray> {
  /** Pixels, or whatever the detector's feature function takes. */
  readonly image: Image;
  /** Not empty; patients that were learned from are not scored. */
  readonly patientId: string;
  /** Class of the image, such as 'positive'; only detectors that model classes look at it. */
  readonly label?: string;
}

/**
 * Samples one at a time: an array, or an object whose iterator reads them anew each time. What is
 * scored is gone through once, so there a generator will do.
 */
export type SampleSource<Image = PixelArray> =
  | Iterable<DetectorSample<Image>>
  | AsyncIterable<DetectorSample<Image>>;

/** Images of a detector, and whose they are. */
export interface DetectorSizes {
  /** Real images. */
  readonly real: number;
  /** Fakes; of a fit 0 where the method ignores them or none were given. */
  readonly fake: number;
  /** Patients of all these images. */
  readonly patients: number;
}

/** What a detector learned from. */
export interface DetectorFit {
  /** 'few-samples': it learned from too little to be relied on; `warnings` say of what. */
  readonly status: 'ok' | 'few-samples';
  /** Samples that it learned from. */
  readonly n: DetectorSizes;
  /** What there is too little of, with its number; empty if `status` is 'ok'. */
  readonly warnings: readonly string[];
}

/** A value that JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * Everything that a detector learned, as plain JSON. It names the patients it learned from, which is how
 * a loaded detector refuses to score them: share it with as much care as the list of patients.
 */
export interface DetectorState {
  /** Name and version of this JSON; `load` takes no other. */
  readonly schema: 'detector/1';
  /** The detector's `kind`; `load` takes no other. */
  readonly kind: string;
  /** Options that change the scores; functions are not among them. */
  readonly settings: { readonly [name: string]: Json };
  /** What `fit` returned. */
  readonly fit: DetectorFit;
  /** Patients of the real images and fakes that it learned from; `score` refuses them. */
  readonly patientIds: readonly string[];
  /** What was learned; its shape depends on the kind. */
  readonly learned: Json;
}

/**
 * Tells fakes from real images by a score, higher for what looks more like a fake. Anything of this
 * shape is a detector; `evaluateDetector` needs no more than the scores.
 *
 * What no detector here promises: to stop an attacker who knows it. Ten published detectors were
 * bypassed by attacks that had the detector in their objective; report what such an attack achieves.
 *
 * @see Carlini and Wagner 2017, Adversarial examples are not easily detected, doi 10.1145/3128572.3140444
 */
export interface Detector<Image = PixelArray> {
  /** The method, such as 'patch-pca'; begins the detector's error messages. */
  readonly kind: string;
  /**
   * Learns, from real images and, where the method needs or can use them, from fakes.
   *
   * @throws RangeError if there are too few samples to compute anything, or an image is wrong
   */
  fit(real: SampleSource<Image>, fakes?: SampleSource<Image>): Promise<DetectorFit>;
  /**
   * One finite score per sample, in their order.
   *
   * @throws RangeError before `fit`, and for patients whom the detector learned from
   */
  score(images: SampleSource<Image>): Promise<number[]>;
  /** What was learned. @throws RangeError before `fit` */
  save(): DetectorState;
  /**
   * Takes over what a detector with the same options saved.
   *
   * @throws RangeError listing everything that is wrong with the state
   */
  load(state: unknown): void;
}
