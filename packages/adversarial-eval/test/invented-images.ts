/** Repeats `images` of fixtures/measures: whole numbers in 0…255 stretched to [minimum, maximum]. */
export function inventedPair(options: {
  readonly height: number;
  readonly width: number;
  readonly seed: number;
  readonly minimum: number;
  readonly maximum: number;
}): { readonly real: Float64Array; readonly fake: Float64Array; readonly region: Uint8Array } {
  const { height, width, seed, minimum, maximum } = options;
  const grey = (at: number): number => {
    const [y, x] = [Math.floor(at / width), at % width];
    return ((x * 5) % 64) + ((y * 3) % 96) + ((x * x + 3 * x * y + 7 * y * y + 13 * seed) % 31);
  };
  const changed = (at: number): number => {
    const [y, x] = [Math.floor(at / width), at % width];
    return Math.min(255, Math.max(0, grey(at) + ((x * y + 2 * y + seed) % 9) - 4));
  };
  const stretch = (value: number): number => minimum + (value / 255) * (maximum - minimum);
  const radius = Math.floor(Math.min(height, width) / 3);
  const inRegion = (at: number): boolean => {
    const [y, x] = [Math.floor(at / width), at % width];
    return (x - Math.floor(width / 3)) ** 2 + (y - Math.floor(height / 2)) ** 2 < radius ** 2;
  };
  const length = height * width;
  return {
    real: Float64Array.from({ length }, (_, at) => stretch(grey(at))),
    fake: Float64Array.from({ length }, (_, at) => stretch(changed(at))),
    region: Uint8Array.from({ length }, (_, at) => (inRegion(at) ? 1 : 0)),
  };
}

/** Repeats `features` of fixtures/measures. */
export function inventedFeatures(n: number, dimension: number, seed: number): Float64Array[] {
  return Array.from({ length: n }, (_, i) => {
    const noise = Array.from({ length: dimension }, (_, j) => {
      return ((i * i * 7 + i * j * 13 + j * j * 3 + seed * 101 + ((i * 31) % 17) * j) % 97) / 97;
    });
    return Float64Array.from(noise, (value, j) => {
      return value + 0.5 * noise[(j + dimension - 1) % dimension]! + 0.1 * j + 0.05 * seed;
    });
  });
}
