/** A discrete Fourier transform of one length, in place: X_k = Σ x_n e^(−2πi kn/N). */
export interface FourierPlan {
  readonly length: number;
  /** Replaces real and imaginary parts by those of their transform. */
  transform(re: Float64Array, im: Float64Array): void;
}

/** Lengths with a larger prime factor go by Bluestein's convolution. */
const LARGEST_FACTOR = 31;

const plans = new Map<number, FourierPlan>();

/**
 * Plans the transform of any length: by its prime factors (twos in pairs), or where one of them is large by Bluestein's
 * convolution with a power of two. Plans are kept.
 *
 * @throws RangeError unless length is whole and positive
 * @see Stockham 1966, High-speed convolution and correlation, doi 10.1145/1464182.1464209
 * @see Bluestein 1970, IEEE Trans Audio Electroacoust 18:451, doi 10.1109/TAU.1970.1162132
 */
export function fourierPlan(length: number): FourierPlan {
  if (!(Number.isInteger(length) && length > 0)) {
    throw new RangeError(`fourierPlan: length must be whole and positive, got ${length}`);
  }
  let plan = plans.get(length);
  if (plan === undefined) {
    const factors = factorsOf(length);
    plan = Math.max(...factors) > LARGEST_FACTOR ? bluestein(length) : mixedRadix(length, factors);
    plans.set(length, plan);
  }
  return plan;
}

/** Factors of a length, in which every two twos are a four. */
function factorsOf(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let factor = 4; rest > 1; factor = nextFactor(factor, rest)) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  return factors;
}

/** 4, 2, 3, 5, 7, 9…; what is left without a divisor up to its root is prime. */
function nextFactor(factor: number, rest: number): number {
  if (factor === 4) return 2;
  const next = factor === 2 ? 3 : factor + 2;
  return next * next > rest ? rest : next;
}

/** cos and sin of −2πk/N. */
interface Roots {
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
}

function rootsOf(length: number): Roots {
  const angle = (k: number): number => (-2 * Math.PI * k) / length;
  return {
    cosine: Float64Array.from({ length }, (_, k) => Math.cos(angle(k))),
    sine: Float64Array.from({ length }, (_, k) => Math.sin(angle(k))),
  };
}

/** Stockham's transform: each factor's stage reads one pair of arrays and writes another, in the order of the result. */
function mixedRadix(length: number, factors: readonly number[]): FourierPlan {
  const roots = rootsOf(length);
  const stages = factors.map((radix) => ({ radix, unit: rootsOf(radix) }));
  const [spareRe, spareIm] = [new Float64Array(length), new Float64Array(length)];
  return {
    length,
    transform(re, im) {
      let [from, to] = [
        [re, im],
        [spareRe, spareIm],
      ] as [Plane, Plane];
      let stride = 1;
      for (const { radix, unit } of stages) {
        const run = radix === 4 ? stageOfFours : stageOfAny;
        run(from, to, { radix, unit, stride, roots });
        [from, to] = [to, from];
        stride *= radix;
      }
      if (from[0] === re) return;
      re.set(spareRe);
      im.set(spareIm);
    },
  };
}

type Plane = readonly [re: Float64Array, im: Float64Array];

interface Stage {
  readonly radix: number;
  /** Roots of unity of the radix. */
  readonly unit: Roots;
  /** Transforms that lie between each other: the product of the radices before. */
  readonly stride: number;
  /** Roots of unity of the whole length. */
  readonly roots: Roots;
}

/** The stage of radix 4, whose roots of unity are 1, −i, −1 and i. */
function stageOfFours([xRe, xIm]: Plane, [yRe, yIm]: Plane, { stride, roots }: Stage): void {
  const { cosine, sine } = roots;
  const apart = xRe.length / 4;
  for (let start = 0, out = 0; start < apart; start += stride, out += 3 * stride) {
    const c1 = cosine[start]!;
    const s1 = sine[start]!;
    const c2 = cosine[2 * start]!;
    const s2 = sine[2 * start]!;
    const c3 = cosine[3 * start]!;
    const s3 = sine[3 * start]!;
    for (let at = start; at < start + stride; at++, out++) {
      const aRe = xRe[at]!;
      const aIm = xIm[at]!;
      const bRe = xRe[at + apart]!;
      const bIm = xIm[at + apart]!;
      const cRe = xRe[at + 2 * apart]!;
      const cIm = xIm[at + 2 * apart]!;
      const dRe = xRe[at + 3 * apart]!;
      const dIm = xIm[at + 3 * apart]!;
      const acRe = aRe + cRe;
      const acIm = aIm + cIm;
      const bdRe = bRe + dRe;
      const bdIm = bIm + dIm;
      yRe[out] = acRe + bdRe;
      yIm[out] = acIm + bdIm;
      const evenRe = acRe - bdRe;
      const evenIm = acIm - bdIm;
      yRe[out + 2 * stride] = evenRe * c2 - evenIm * s2;
      yIm[out + 2 * stride] = evenRe * s2 + evenIm * c2;
      // a − c ∓ i (b − d)
      const pRe = aRe - cRe;
      const pIm = aIm - cIm;
      const qRe = bIm - dIm;
      const qIm = dRe - bRe;
      const firstRe = pRe + qRe;
      const firstIm = pIm + qIm;
      const thirdRe = pRe - qRe;
      const thirdIm = pIm - qIm;
      yRe[out + stride] = firstRe * c1 - firstIm * s1;
      yIm[out + stride] = firstRe * s1 + firstIm * c1;
      yRe[out + 3 * stride] = thirdRe * c3 - thirdIm * s3;
      yIm[out + 3 * stride] = thirdRe * s3 + thirdIm * c3;
    }
  }
}

/** Splits transforms of n points into `radix` of m = n/radix: y_(pk+r) = e^(−2πi kr/n) Σ_j x_(k+mj) e^(−2πi jr/p). */
function stageOfAny(
  [xRe, xIm]: Plane,
  [yRe, yIm]: Plane,
  { radix, unit, stride, roots }: Stage,
): void {
  const m = xRe.length / (stride * radix);
  const apart = stride * m;
  for (let k = 0; k < m; k++) {
    for (let r = 0; r < radix; r++) {
      const turn = k * r * stride;
      const c = roots.cosine[turn]!;
      const s = roots.sine[turn]!;
      const out = stride * (radix * k + r);
      for (let q = 0; q < stride; q++) {
        let sumRe = 0;
        let sumIm = 0;
        for (let j = 0, at = q + stride * k, root = 0; j < radix; j++, at += apart) {
          const a = xRe[at]!;
          const b = xIm[at]!;
          const cosine = unit.cosine[root]!;
          const sine = unit.sine[root]!;
          sumRe += a * cosine - b * sine;
          sumIm += a * sine + b * cosine;
          root += r;
          if (root >= radix) root -= radix;
        }
        yRe[out + q] = sumRe * c - sumIm * s;
        yIm[out + q] = sumRe * s + sumIm * c;
      }
    }
  }
}

/** With w_n = e^(−πi n²/N): X_k = w_k Σ (x_n w_n) w̄_(k−n), a convolution. */
function bluestein(length: number): FourierPlan {
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const plan = fourierPlan(size);
  // n² modulo 2N keeps the angle small and exact
  const angle = (n: number): number => (-Math.PI * ((n * n) % (2 * length))) / length;
  const wRe = Float64Array.from({ length }, (_, n) => Math.cos(angle(n)));
  const wIm = Float64Array.from({ length }, (_, n) => Math.sin(angle(n)));
  const kernelRe = new Float64Array(size);
  const kernelIm = new Float64Array(size);
  for (let n = 0; n < length; n++) {
    for (const at of [n, (size - n) % size]) {
      kernelRe[at] = wRe[n]!;
      kernelIm[at] = -wIm[n]!;
    }
  }
  plan.transform(kernelRe, kernelIm);
  const a = new Float64Array(size);
  const b = new Float64Array(size);
  return {
    length,
    transform(re, im) {
      a.fill(0);
      b.fill(0);
      for (let n = 0; n < length; n++) {
        a[n] = re[n]! * wRe[n]! - im[n]! * wIm[n]!;
        b[n] = re[n]! * wIm[n]! + im[n]! * wRe[n]!;
      }
      plan.transform(a, b);
      for (let k = 0; k < size; k++) {
        const x = a[k]! * kernelRe[k]! - b[k]! * kernelIm[k]!;
        const y = a[k]! * kernelIm[k]! + b[k]! * kernelRe[k]!;
        // the inverse transform is the transform with both parts exchanged
        a[k] = y;
        b[k] = x;
      }
      plan.transform(a, b);
      for (let k = 0; k < length; k++) {
        const [x, y] = [b[k]! / size, a[k]! / size];
        re[k] = x * wRe[k]! - y * wIm[k]!;
        im[k] = x * wIm[k]! + y * wRe[k]!;
      }
    },
  };
}
