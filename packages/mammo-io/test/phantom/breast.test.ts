import { describe, expect, test } from 'vitest';
import { planBreast } from '../../src/phantom/breast.ts';
import { phantomCohort } from '../../src/phantom/cohort.ts';
import type { PhantomView } from '../../src/phantom/image.ts';
import { depthAt } from '../../src/phantom/outline.ts';
import { type RandomKey, randomStream } from '../../src/random.ts';

const plan = phantomCohort({
  seed: 8,
  height: 96,
  width: 80,
  patients: 60,
  positiveShare: 0.5,
  benignRate: 1,
});
const frame = { height: 96, width: 80, mm: 2.5 };

function breastOf(index: number, side = 'L'): Readonly<Record<'CC' | 'MLO', PhantomView>> {
  const patient = plan.patients[index]!;
  const ofPatient = (...keys: RandomKey[]) => randomStream(8, index, ...keys);
  const owner = {
    traits: patient.traits,
    lesion: patient.lesion,
    mirrored: side === 'R',
    ofPatient,
    ofBreast: (...keys: RandomKey[]) => ofPatient(side, ...keys),
  };
  return planBreast(owner, frame, plan.options);
}

const breasts = plan.patients.map((_, index) => breastOf(index));

/** Share of the way from the chest wall to the nipple. */
function depthShare(view: PhantomView, place: { readonly x: number }): number {
  return place.x / view.breast.geometry.outline.depthMm;
}

describe('planBreast', () => {
  test('puts a cancer equally far from the nipple in both views, well inside the breast', () => {
    const withCancer = breasts.filter(({ CC }) => CC.lesion);
    expect(withCancer.length).toBe(30);
    for (const { CC, MLO } of withCancer) {
      expect(depthShare(CC, CC.lesion!.place)).toBeCloseTo(depthShare(MLO, MLO.lesion!.place), 12);
      for (const { lesion, breast } of [CC, MLO]) {
        const { x, y } = lesion!.place;
        expect(depthAt(breast.geometry.outline, x, y)).toBeGreaterThan(lesion!.radiusMm);
      }
    }
  });

  test('shows the same benign findings in both views', () => {
    for (const { CC, MLO } of breasts) {
      expect(MLO.findings.length).toBe(CC.findings.length);
      CC.findings.forEach(({ place, stream }, i) => {
        const other = MLO.findings[i]!;
        expect(depthShare(MLO, other.place)).toBeCloseTo(depthShare(CC, place), 12);
        expect(other.stream().uniform()).toBe(stream().uniform());
      });
    }
    const findings = breasts.reduce((sum, { CC }) => sum + CC.findings.length, 0);
    expect(findings).toBeGreaterThan(35); // Poisson, mean 60
    expect(findings).toBeLessThan(90);
  });

  test('gives both views one anatomy, and left and right breasts lobes that correlate by 0.8', () => {
    const pairs = breasts.flatMap(({ CC, MLO }, index) => {
      expect(MLO.breast.anatomy).toBe(CC.breast.anatomy);
      const right = breastOf(index, 'R').CC.breast.anatomy;
      return CC.breast.anatomy.lobes.map((lobe, i) => {
        expect(right.lobes[i]?.centre).toEqual(lobe.centre);
        return lobe.weight * right.lobes[i]!.weight;
      });
    });
    const covariance = pairs.reduce((sum, product) => sum + product, 0) / pairs.length;
    expect(Math.abs(covariance - 0.8)).toBeLessThan(0.1); // of 2,160 pairs: standard error 0.028
  });

  test('draws vessels that run towards the nipple', () => {
    for (const { CC } of breasts) {
      const { vessels } = CC.breast.anatomy;
      expect(vessels.length).toBeGreaterThan(1);
      for (const { axis } of vessels) {
        axis.slice(1).forEach((point, i) => {
          expect(point.depth).toBeGreaterThan(axis[i]!.depth);
        });
      }
    }
  });
});
