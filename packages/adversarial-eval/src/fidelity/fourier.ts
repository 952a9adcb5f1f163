/** A discrete Fourier transform of one length, in place: X_k = Σ x_n e^(−2πi kn/N). */
export interface FourierPlan {
  readonly length: number;
  /** Replaces real and imaginary parts by those of their transform. */
  transform(re: Float64Array, im: Float64Array): void;
}

/**
 * Plans the transform of any length: radix-2 for powers of two, else Bluestein's convolution with a
 * power of two.
 *
 * @throws RangeError unless length is whole and positive
 * @see Bluestein 1970, IEEE Trans Audio Electroacoust 18:451, doi 10.1109/TAU.1970.1162132
 */
export function fourierPlan(length: number): FourierPlan {
  if (!(Number.isInteger(length) && length > 0)) {
    throw new RangeError(`fourierPlan: length must be whole and positive, got ${length}`);
  }
  return Number.isInteger(Math.log2(length)) ? radixTwo(length) : bluestein(length);
}

function radixTwo(length: number): FourierPlan {
  const cosine = Float64Array.from({ length: length / 2 }, (_, k) =>
    Math.cos((2 * Math.PI * k) / length),
  );
  const sine = Float64Array.from({ length: length / 2 }, (_, k) =>
    Math.sin((-2 * Math.PI * k) / length),
  );
  return {
    length,
    transform(re, im) {
      reverseBits(re);
      reverseBits(im);
      for (let half = 1; half < length; half *= 2) {
        const stride = length / (2 * half);
        for (let start = 0; start < length; start += 2 * half) {
          for (let k = 0; k < half; k++) {
            const [even, odd] = [start + k, start + k + half];
            const [c, s] = [cosine[k * stride]!, sine[k * stride]!];
            const x = re[odd]! * c - im[odd]! * s;
            const y = re[odd]! * s + im[odd]! * c;
            re[odd] = re[even]! - x;
            im[odd] = im[even]! - y;
            re[even] = re[even]! + x;
            im[even] = im[even]! + y;
          }
        }
      }
    },
  };
}

function reverseBits(values: Float64Array): void {
  const { length } = values;
  for (let i = 1, j = 0; i < length; i++) {
    let bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [values[i], values[j]] = [values[j]!, values[i]!];
  }
}

/** With w_n = e^(−πi n²/N): X_k = w_k Σ (x_n w_n) w̄_(k−n), a convolution. */
function bluestein(length: number): FourierPlan {
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
  const plan = radixTwo(size);
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
