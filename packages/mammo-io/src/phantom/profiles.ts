/** 1 / (1 + e^−z). */
export function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** e^−z². */
export function ridge(z: number): number {
  return Math.exp(-z * z);
}

/** e^−q, cut off smoothly at q = 8. */
export function blob(q: number): number {
  return q < 8 ? Math.exp(-q) - 0.000335 : 0;
}

/** 0 below 0, 1 above 1, and smooth between. */
export function smoothStep(z: number): number {
  const t = Math.min(1, Math.max(0, z));
  return t * t * (3 - 2 * t);
}

/** e^−z² of the pixels of one axis about a centre, both in mm. */
export function bell(pixels: number, mm: number, centre: number, spread: number): Float64Array {
  const values = new Float64Array(pixels);
  for (let i = 0; i < pixels; i++) values[i] = ridge(((i + 0.5) * mm - centre) / spread);
  return values;
}
