/**
 * a·b as the sum of two doubles, without any error: the rounded product, and what rounding lost.
 * Where the parts would overflow or the product does, the second is 0.
 *
 * @see Dekker 1971, A floating-point technique for extending the available precision, Numer Math 18:224,
 *   doi 10.1007/BF01397083
 */
export function exactProduct(a: number, b: number): readonly [product: number, rest: number] {
  const product = a * b;
  const [aHigh, aLow] = halves(a);
  const [bHigh, bLow] = halves(b);
  const rest = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  return [product, Number.isFinite(rest) ? rest : 0];
}

/** 26 leading bits, and the others. */
function halves(value: number): readonly [high: number, low: number] {
  const shifted = (2 ** 27 + 1) * value;
  const high = shifted - (shifted - value);
  return [high, value - high];
}
