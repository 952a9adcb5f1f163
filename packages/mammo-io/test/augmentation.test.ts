import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AugmentationDraw,
  applyAugmentation,
  applyAugmentationToMask,
  augmentationOf,
  drawAugmentation,
  FLIP_ONLY,
  PAPER_AUGMENTATION,
} from '../src/augmentation.ts';
import { randomStream } from '../src/random.ts';
import { readGoldens, readShared, skipReason } from './shared-data.ts';

const still: AugmentationDraw = {
  verticalFlip: false,
  rotationDegrees: 0,
  scale: 1,
  shearDegrees: 0,
};

/** Warps a picture of thousands and returns thousands, rounded to 1e-5. */
function warped(rows: number[][], draw: Partial<AugmentationDraw>): number[] {
  const pixels = Uint16Array.from(rows.flat(), (value) => value * 1000);
  const size = { height: rows.length, width: rows[0]?.length ?? 0 };
  const out = applyAugmentation(pixels, size, { ...still, ...draw });
  return [...out].map((value) => Math.round(value * 6553500) / 100000);
}

describe('applyAugmentation', () => {
  const square = [
    [1, 2],
    [3, 4],
  ];

  test('divides by full scale', () => {
    const out = applyAugmentation(Uint16Array.of(0, 65535), { height: 1, width: 2 });
    expect([...out]).toEqual([0, 1]);
  });

  test.each<[string, number[][], Partial<AugmentationDraw>, number[]]>([
    ['nothing drawn changes nothing', square, {}, [1, 2, 3, 4]],
    ['a flip turns the image upside down', square, { verticalFlip: true }, [3, 4, 1, 2]],
    ['a positive rotation is clockwise', square, { rotationDegrees: 90 }, [3, 1, 4, 2]],
    [
      'the flip comes before the rotation',
      square,
      { verticalFlip: true, rotationDegrees: 90 },
      [1, 3, 2, 4],
    ],
    ['a scale above 1 enlarges about the centre', square, { scale: 2 }, [1.75, 2.25, 2.75, 3.25]],
    ['what comes from outside is 0', [[1, 2, 3, 4]], { scale: 0.5 }, [0, 1.5, 3.5, 0]],
    [
      'a positive shear moves the top to the right',
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
      { shearDegrees: 45 },
      [0, 1, 2, 4, 5, 6, 8, 9, 0],
    ],
  ])('%s', (_, rows, draw, expected) => {
    expect(warped(rows, draw)).toEqual(expected);
  });

  test('never leaves the range of the image', () => {
    const draws = fc.record({
      verticalFlip: fc.boolean(),
      rotationDegrees: fc.double({ min: -45, max: 45, noNaN: true }),
      scale: fc.double({ min: 0.5, max: 2, noNaN: true }),
      shearDegrees: fc.double({ min: -45, max: 45, noNaN: true }),
    });
    const pixels = fc.uint16Array({ minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(pixels, draws, (image, draw) => {
        const out = applyAugmentation(image, { height: 4, width: 5 }, draw);
        const highest = Math.max(...image) / 65535;
        expect(out.every((value) => value >= 0 && value <= highest + 1e-6)).toBe(true);
      }),
    );
  });

  test('rejects pixels of another size', () => {
    expect(() => applyAugmentation(new Uint16Array(5), { height: 2, width: 3 })).toThrow(
      'applyAugmentation: pixels must have 2 × 3 values, got 5',
    );
  });
});

interface AffineGolden {
  name: string;
  source: string;
  angle_deg: number;
  scale: number;
  shear_x_deg: number;
  shape: [number, number];
  min: number;
  max: number;
  mean: number;
  std: number;
  sample_rows: number[];
  sample_cols: number[];
  samples: number[][];
}

const { data } = readGoldens<{ data: AffineGolden[] }>('goldens/affine.json');
const goldens = Array.from(data);

describe.skipIf(skipReason)(`applyAugmentation agrees with Pillow${skipReason}`, () => {
  test.each(goldens.map((golden) => [golden.name, golden] as const))('%s', (_, golden) => {
    const [height, width] = golden.shape;
    const bytes = readShared(golden.source); // explicit VR little endian: pixels last
    const pixels = new Uint16Array(new Uint8Array(bytes.subarray(-2 * height * width)).buffer);
    const out = applyAugmentation(
      pixels,
      { height, width },
      {
        verticalFlip: false,
        rotationDegrees: golden.angle_deg,
        scale: golden.scale,
        shearDegrees: golden.shear_x_deg,
      },
    );
    const stored = Float64Array.from(out, (value) => value * 65535);
    const mean = stored.reduce((sum, value) => sum + value, 0) / stored.length;
    const std = Math.sqrt(stored.reduce((sum, v) => sum + (v - mean) ** 2, 0) / stored.length);
    // the points of the 45° shear lie on pixel edges: rounding decides whether the outermost ones are inside
    const tolerance = golden.name === 'shear45' ? 0.5 : 0.005;
    expect(Math.abs(mean - golden.mean)).toBeLessThan(tolerance);
    expect(Math.abs(std - golden.std)).toBeLessThan(tolerance);
    expect(stored.reduce((high, value) => Math.max(high, value), 0)).toBeCloseTo(golden.max, 2);
    golden.sample_rows.forEach((row, i) => {
      golden.sample_cols.forEach((column, j) => {
        // float32 in [0, 1] resolves 0.0002 of these levels
        expect(stored[row * width + column]).toBeCloseTo(golden.samples[i]?.[j] ?? Number.NaN, 2);
      });
    });
  });
});

describe('drawAugmentation', () => {
  test('stays in the ranges of the paper and reaches their ends', () => {
    const random = randomStream(1);
    const draws = Array.from({ length: 2000 }, () => drawAugmentation(PAPER_AUGMENTATION, random));
    const range = (values: number[]) => [Math.min(...values), Math.max(...values)];
    const [lowScale = 0, highScale = 0] = range(draws.map((draw) => draw.scale));
    expect(lowScale).toBeGreaterThanOrEqual(0.5);
    expect(lowScale).toBeLessThan(0.51);
    expect(highScale).toBeLessThan(2);
    expect(highScale).toBeGreaterThan(1.99);
    const [lowTurn = 0, highTurn = 0] = range(draws.map((draw) => draw.rotationDegrees));
    expect([Math.round(lowTurn), Math.round(highTurn)]).toEqual([-45, 45]);
    const flips = draws.filter((draw) => draw.verticalFlip).length;
    expect(Math.abs(flips - 1000)).toBeLessThan(100);
  });

  test('flip only warps nothing', () => {
    const draw = drawAugmentation(FLIP_ONLY, randomStream(2));
    expect(draw).toEqual({ ...still, verticalFlip: draw.verticalFlip });
  });

  test('takes four numbers whatever it draws', () => {
    const used = randomStream(3);
    drawAugmentation(FLIP_ONLY, used);
    const skipped = randomStream(3);
    for (let i = 0; i < 4; i++) skipped.uniform();
    expect(used.uniform()).toBe(skipped.uniform());
  });

  test.each([
    [{ verticalFlip: 2 }, 'drawAugmentation: verticalFlip must lie in [0, 1], got 2'],
    [{ rotationDegrees: -1 }, 'drawAugmentation: rotationDegrees must lie in [0, 180], got -1'],
    [{ scale: [2, 1] as const }, 'drawAugmentation: scale must be 0 < low <= high, got [2,1]'],
    [{ shearDegrees: 90 }, 'drawAugmentation: shearDegrees must lie in [0, 90), got 90'],
  ])('rejects %j', (wrong, message) => {
    expect(() => drawAugmentation({ ...PAPER_AUGMENTATION, ...wrong }, randomStream(1))).toThrow(
      message,
    );
  });
});

describe('augmentationOf', () => {
  const key = { seed: 5, epoch: 3, index: 7 };

  test('is the same for the same seed, epoch and image, and another for any other', () => {
    const draw = augmentationOf(PAPER_AUGMENTATION, key);
    expect(augmentationOf(PAPER_AUGMENTATION, { ...key })).toEqual(draw);
    for (const other of [{ seed: 6 }, { epoch: 4 }, { index: 8 }, { epoch: 7, index: 3 }]) {
      expect(augmentationOf(PAPER_AUGMENTATION, { ...key, ...other })).not.toEqual(draw);
    }
  });
});

describe('applyAugmentationToMask', () => {
  const size = { height: 9, width: 7 };

  test('moves a mask as its image', () => {
    const draws = fc.record({ seed: fc.nat(), epoch: fc.nat(20), index: fc.nat(99) });
    fc.assert(
      fc.property(
        draws,
        fc.uint8Array({ min: 0, max: 1, minLength: 63, maxLength: 63 }),
        (key, mask) => {
          const draw = augmentationOf(PAPER_AUGMENTATION, key);
          const image = applyAugmentation(
            Uint16Array.from(mask, (v) => v * 65535),
            size,
            draw,
          );
          const moved = applyAugmentationToMask(mask, size, draw);
          // bilinear weights of the nearest pixel are at least a quarter
          for (const [at, value] of moved.entries()) {
            if (value === 1) expect(image[at]).toBeGreaterThan(0.249);
            else expect(image[at]).toBeLessThan(0.751);
          }
        },
      ),
    );
  });

  test('turns a mask upside down', () => {
    const mask = Uint8Array.of(1, 2, 3, 4);
    const draw = { ...still, verticalFlip: true };
    expect([...applyAugmentationToMask(mask, { height: 2, width: 2 }, draw)]).toEqual([3, 4, 1, 2]);
  });

  test('applyAugmentationToMask: mask must have 2 × 3 values, got 5', () => {
    expect(() =>
      applyAugmentationToMask(new Uint8Array(5), { height: 2, width: 3 }, still),
    ).toThrow(new RangeError('applyAugmentationToMask: mask must have 2 × 3 values, got 5'));
  });
});
