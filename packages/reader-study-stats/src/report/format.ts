/**
 * A number with so many decimals and a true minus sign; "–" for what there is not.
 * @example
 * ```ts
 * formatNumber(0.91342, 3); // => '0.913'
 * ```
 */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const text = Math.abs(value) >= 1e15 ? value.toExponential(digits) : value.toFixed(digits);
  return text.replace(/^-(?=[\d.]*[1-9])/, '−').replace(/^-/, '');
}

/**
 * "0.812 (0.765, 0.859)", or only the estimate where there is no interval.
 * @example
 * ```ts
 * formatInterval(0.855, { lower: 0.8, upper: 0.91 }, { digits: 2 }); // => '0.85 (0.80, 0.91)'
 * ```
 */
export function formatInterval(
  estimate: number | null,
  interval: { readonly lower: number; readonly upper: number } | null,
  { digits = 3 }: { readonly digits?: number } = {},
): string {
  const text = formatNumber(estimate, digits);
  if (estimate === null || interval === null) return text;
  return `${text} (${formatNumber(interval.lower, digits)}, ${formatNumber(interval.upper, digits)})`;
}

/**
 * "0.0234", "< 0.0001", "> 0.9999"; "–" where there is none. Never 0 or 1.
 * @example
 * ```ts
 * formatPValue(0.00001); // => '< 0.0001'
 * ```
 */
export function formatPValue(pValue: number | null | undefined, digits = 4): string {
  if (pValue === null || pValue === undefined) return '–';
  const least = 10 ** -digits;
  if (pValue < least) return `< ${least.toFixed(digits)}`;
  if (pValue > 1 - least && pValue < 1) return `> ${(1 - least).toFixed(digits)}`;
  return pValue.toFixed(digits);
}

/**
 * "84.5 %" of a share in [0, 1].
 * @example
 * ```ts
 * formatPercent(0.123); // => '12.3 %'
 * ```
 */
export function formatPercent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '–' : `${formatNumber(100 * share, digits)} %`;
}
