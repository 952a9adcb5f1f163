import { describe, expect, test } from 'vitest';
import { drawPatient, type PhantomImage, phantomCohort } from '../../src/phantom/cohort.ts';

const small = { seed: 3, height: 96, width: 80, patients: 40, positiveShare: 0.5 };
const plan = phantomCohort(small);
const positives = plan.patients.flatMap((patient, i) => (patient.lesion ? [i] : []));
const negatives = plan.patients.flatMap((patient, i) => (patient.lesion ? [] : [i]));

function drawAll(patients: readonly number[], twins = false): PhantomImage[] {
  return patients.flatMap((patient) => drawPatient(plan, patient, { twins }));
}

describe('phantomCohort', () => {
  test('has the patients and images of the paper by default', () => {
    const paper = phantomCohort({ seed: 1, height: 96, width: 80 });
    const sick = paper.patients.filter((patient) => patient.label === 'positive');
    expect(paper.patients.length).toBe(1284);
    expect(sick.length).toBe(366);
    expect(paper.images.length).toBe(366 * 2 + 918 * 4);
    expect(sick.filter((patient) => patient.lesion?.type === 'mass').length).toBe(267);
    expect(new Set(paper.images.map((image) => image.imageId)).size).toBe(4404);
  });

  test('gives positives both views of one breast, negatives all four', () => {
    for (const { label, lesion, images } of plan.patients) {
      const views = images.map((image) => `${image.laterality}${image.view}`);
      const side = images[0]?.laterality;
      expect(views).toEqual(
        label === 'positive' ? [`${side}CC`, `${side}MLO`] : ['RCC', 'LCC', 'RMLO', 'LMLO'],
      );
      expect(new Set(images.map((image) => image.lesionType))).toEqual(new Set([lesion?.type]));
    }
    expect(plan.images[0]?.imageId).toMatch(/^P0000-[LR]CC$/);
  });

  test('is equally difficult with every seed', () => {
    for (const seed of [1, 2, 3]) {
      const { patients } = phantomCohort({ ...small, seed, patients: 400 });
      for (const type of ['mass', 'calcifications']) {
        const logs = patients.flatMap(({ lesion }) =>
          lesion?.type === type ? [Math.log(lesion.strength)] : [],
        );
        const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
        const sd = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
        expect(Math.abs(mean - Math.log(1.05))).toBeLessThan(0.01);
        expect(Math.abs(sd - 0.35)).toBeLessThan(0.02);
      }
    }
  });

  test('follows from the seed', () => {
    expect(phantomCohort(small)).toEqual(plan);
    expect(phantomCohort({ ...small, seed: 4 }).patients).not.toEqual(plan.patients);
    expect(phantomCohort({ ...small, noise: 0 }).fingerprint).not.toBe(plan.fingerprint);
  });

  test('lists every option that is out of range', () => {
    expect(() => phantomCohort({ seed: 0.5, height: 8, width: 80, massShare: 2 })).toThrow(
      'phantomCohort: seed must be an integer in [-9007199254740991, 9007199254740991], got 0.5; ' +
        'height must be an integer in [16, 8192], got 8; massShare must lie in [0, 1], got 2',
    );
    expect(() => phantomCohort({ ...small, noise: Number.NaN })).toThrow(
      'phantomCohort: noise must lie in [0, 1], got NaN',
    );
  });
});

describe('drawPatient', () => {
  test('draws the same pixels each time', () => {
    expect(drawPatient(plan, 7)).toEqual(drawPatient(plan, 7));
  });

  test('draws a grey breast on a black ground, its chest wall where it hangs', () => {
    for (const { image, pixels } of drawAll(negatives.slice(0, 8))) {
      const inside = pixels.filter((level) => level > 0);
      const share = inside.length / pixels.length;
      const mean = inside.reduce((sum, level) => sum + level / 65535, 0) / inside.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.85);
      expect(mean).toBeGreaterThan(0.18);
      expect(mean).toBeLessThan(0.45);
      const middle = pixels.subarray(48 * 80, 49 * 80);
      expect(
        Math.min(...(image.laterality === 'L' ? middle.slice(0, 20) : middle.slice(60))),
      ).toBeGreaterThan(0);
      expect(Math.max(...(image.laterality === 'L' ? middle.slice(77) : middle.slice(0, 3)))).toBe(
        0,
      );
      expect(Math.max(...pixels)).toBeLessThan(65000);
    }
  });

  test('masks the lesion, and nothing in a negative image', () => {
    for (const { mask, pixels } of drawAll(positives)) {
      const area = mask.reduce((sum, bit) => sum + bit, 0);
      expect(area).toBeGreaterThan(3);
      expect(area).toBeLessThan(0.08 * mask.length);
      mask.forEach((bit, i) => {
        if (bit === 1 && pixels[i] === 0) throw new Error('lesion outside the breast');
      });
    }
    for (const { mask } of drawAll(negatives.slice(0, 5))) {
      expect(mask.every((bit) => bit === 0)).toBe(true);
    }
  });

  test('draws a twin that differs in the lesion alone', () => {
    for (const { image, pixels, twin, mask } of drawAll(positives, true)) {
      const differs = Array.from(pixels, (level, i) => level !== twin?.[i]);
      const spots = differs.flatMap((differ, i) => (differ ? [i] : []));
      const masked = Array.from(mask).flatMap((bit, i) => (bit ? [i] : []));
      const gain = masked.reduce((sum, i) => sum + (pixels[i] ?? 0) - (twin?.[i] ?? 0), 0);
      expect(gain / masked.length / 65535, image.imageId).toBeGreaterThan(0.02);
      expect(spots.length).toBeLessThan(0.2 * pixels.length);
      const farthest = Math.max(
        ...spots.map((at) => Math.min(...masked.map((to) => distance(at, to, 80)))),
      );
      expect(farthest * 2.5).toBeLessThan(50); // mm
    }
    for (const { pixels, twin } of drawAll(negatives.slice(0, 2), true)) {
      expect(twin).toEqual(pixels);
    }
    expect(drawPatient(plan, 0)[0]?.twin).toBeUndefined();
  });

  test('shows the same anatomy at every resolution', () => {
    const fine = phantomCohort({ ...small, height: 192, width: 160 });
    for (const patient of positives.slice(0, 6)) {
      const coarse = drawPatient(plan, patient);
      drawPatient(fine, patient).forEach(({ pixels, mask }, i) => {
        expect(correlation(halved(pixels), coarse[i]?.pixels ?? [])).toBeGreaterThan(0.985);
        if (fine.patients[patient]?.lesion?.type === 'mass') {
          expect(correlation(halved(mask), coarse[i]?.mask ?? [])).toBeGreaterThan(0.75);
        }
      });
    }
  });

  test('draws brighter lesions where conspicuity is higher', () => {
    const contrast = (conspicuity: number): number => {
      const brighter = phantomCohort({ ...small, conspicuity });
      const drawn = positives.slice(0, 5).flatMap((i) => drawPatient(brighter, i, { twins: true }));
      return drawn.reduce((most, { pixels, twin, mask }) => {
        return mask.reduce(
          (sum, bit, i) => sum + bit * ((pixels[i] ?? 0) - (twin?.[i] ?? 0)),
          most,
        );
      }, 0);
    };
    expect(contrast(0)).toBe(0);
    expect(contrast(2)).toBeGreaterThan(1.3 * contrast(1));
  });

  test('names a patient that is not there', () => {
    expect(() => drawPatient(plan, 40)).toThrow(
      'drawPatient: patientIndex must lie in [0, 40), got 40',
    );
  });
});

function distance(a: number, b: number, width: number): number {
  return Math.hypot((a % width) - (b % width), Math.floor(a / width) - Math.floor(b / width));
}

/** Means of 2 × 2 pixels of a 192 × 160 image. */
function halved(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length / 4 }, (_, i) => {
    const at = 320 * Math.floor(i / 80) + 2 * (i % 80);
    return [0, 1, 160, 161].reduce((sum, step) => sum + (values[at + step] ?? 0), 0) / 4;
  });
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const centred = (values: ArrayLike<number>): number[] => {
    const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    return Array.from(values, (value) => value - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  const dot = (u: number[], v: number[]) =>
    u.reduce((sum, value, i) => sum + value * (v[i] ?? 0), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}
