import type {
  Detector,
  DetectorFit,
  DetectorSample,
  DetectorState,
  Json,
  SampleSource,
} from './detector.ts';
import { stateProblems } from './detector-state.ts';

/** The method of a detector; {@link buildDetector} adds what all detectors have in common. */
export interface DetectorModel<Image, Learned extends Json> {
  readonly kind: string;
  readonly settings: DetectorState['settings'];
  /** Whether fakes are not looked at, used if given, or needed. */
  readonly fakes: 'ignored' | 'optional' | 'needed';
  /** Every warning is about too few samples. */
  learn(
    real: AsyncIterable<DetectorSample<Image>>,
    fakes: AsyncIterable<DetectorSample<Image>> | null,
  ): Promise<{ readonly learned: Learned; readonly warnings: readonly string[] }>;
  /** What is wrong with a loaded value; if nothing, it has the shape of what was learned. */
  problems(learned: unknown): readonly string[];
  scorer(learned: Learned): (image: Image) => number | Promise<number>;
}

/** Below this many patients or fakes a detector knows too little of how they vary. */
const FEW = 10;

/** A {@link Detector} that keeps patients apart, and saves and loads what it learned. */
export function buildDetector<Image, Learned extends Json>(
  model: DetectorModel<Image, Learned>,
): Detector<Image> {
  const { kind, settings } = model;
  let held: {
    readonly state: DetectorState;
    readonly patients: ReadonlySet<string>;
    readonly scoreOf: (image: Image) => number | Promise<number>;
  } | null = null;
  const hold = (state: DetectorState): void => {
    const scoreOf = model.scorer(state.learned as Learned);
    held = { state, patients: new Set(state.patientIds), scoreOf };
  };
  const fitted = (): NonNullable<typeof held> => {
    if (held === null) throw new RangeError(`${kind}: fit or load must come first`);
    return held;
  };
  return {
    kind,
    async fit(real, fakes) {
      if (model.fakes === 'needed' && !fakes) {
        throw new RangeError(`${kind}: fit must have fakes to learn from, got none`);
      }
      const reals = watched(real, { kind, least: 1 });
      const others = fakes && model.fakes !== 'ignored' ? watched(fakes, { kind, least: 1 }) : null;
      const { learned, warnings } = await model.learn(reals.samples, others?.samples ?? null);
      const patients = new Set([...reals.patients, ...(others?.patients ?? [])]);
      const few = [
        ...fewSamples('patients with real images', reals.patients.size),
        ...(others ? fewSamples('fakes', others.count()) : []),
        ...warnings,
      ];
      const fit: DetectorFit = {
        status: few.length === 0 ? 'ok' : 'few-samples',
        n: { real: reals.count(), fake: others?.count() ?? 0, patients: patients.size },
        warnings: few,
      };
      hold({ schema: 'detector/1', kind, settings, fit, patientIds: [...patients], learned });
      return fit;
    },
    async score(images) {
      const { patients, scoreOf } = fitted();
      const scores: number[] = [];
      const shared = new Set<string>();
      for await (const { image, patientId } of watched(images, { kind, least: 0 }).samples) {
        if (patients.has(patientId)) shared.add(patientId);
        if (shared.size === 0) scores.push(finite(await scoreOf(image), kind, scores.length));
      }
      if (shared.size > 0) {
        throw new RangeError(
          `${kind}: scored patients must not be those of fit, got ${shared.size} of them: ${firstOf(shared)}`,
        );
      }
      return scores;
    },
    save: () => fitted().state,
    load(state) {
      const problems = stateProblems(state, model);
      if (problems.length > 0) {
        throw new RangeError(
          `${kind}: the state cannot be loaded:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
        );
      }
      hold(state as DetectorState);
    },
  };
}

/** The first few names, for a message. */
export function firstOf(names: Iterable<string>): string {
  const all = [...names];
  return all.slice(0, 5).join(', ') + (all.length > 5 ? ', …' : '');
}

/** Samples that are checked, counted, and must be the same number each time they are gone through. */
function watched<Image>(
  source: SampleSource<Image>,
  { kind, least }: { readonly kind: string; readonly least: 0 | 1 },
): {
  readonly samples: AsyncIterable<DetectorSample<Image>>;
  readonly patients: ReadonlySet<string>;
  count(): number;
} {
  const patients = new Set<string>();
  let before: number | null = null;
  async function* go(): AsyncGenerator<DetectorSample<Image>> {
    let count = 0;
    for await (const sample of source) {
      if (!sample.patientId) {
        throw new RangeError(`${kind}: patientId must not be empty, got none at sample ${count}`);
      }
      patients.add(sample.patientId);
      count++;
      yield sample;
    }
    if (before !== null && before !== count) {
      throw new RangeError(
        `${kind}: samples must be there each time they are gone through, got ${before} and then ${count}; a generator runs once`,
      );
    }
    if (count < least) throw new RangeError(`${kind}: fit must have samples, got none`);
    before = count;
  }
  return { samples: { [Symbol.asyncIterator]: go }, patients, count: () => before ?? 0 };
}

function fewSamples(what: string, count: number): readonly string[] {
  return count < FEW ? [`learned from ${count} ${what}; ${FEW} would be few`] : [];
}

function finite(score: number, kind: string, index: number): number {
  if (!Number.isFinite(score)) {
    throw new RangeError(`${kind}: scores must be finite, got ${score} for sample ${index}`);
  }
  return score;
}
