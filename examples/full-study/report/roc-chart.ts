/** One operating point: false-positive rate and true-positive rate, both in [0, 1]. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

export interface RocSeries {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly RocPoint[];
}

const SIZE = 340;
const LEFT = 52;
const TOP = 12;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const x = (rate: number): number => LEFT + rate * SIZE;
const y = (rate: number): number => TOP + (1 - rate) * SIZE;

/** ROC curves as one inline SVG, each drawn as the empirical step function that it is. */
export function rocChart(series: readonly RocSeries[]): string {
  const grid = TICKS.map(
    (tick) => `
  <path d="M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}" class="grid"/>
  <text x="${x(tick)}" y="${y(0) + 18}" text-anchor="middle">${tick}</text>
  <text x="${x(0) - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
  ).join('');
  const curves = series.map(
    ({ points, colour }) =>
      `<path d="${path(points)}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`,
  );
  const legend = series.map(
    ({ name, colour }, row) => `
  <path d="M${x(0.36)} ${y(0.2) + row * 20}h22" stroke="${colour}" stroke-width="3"/>
  <text x="${x(0.36) + 30}" y="${y(0.2) + 4 + row * 20}">${name}</text>`,
  );
  return `<svg viewBox="0 0 ${LEFT + SIZE + 16} ${TOP + SIZE + 44}" width="420" role="img" aria-label="ROC curves">${grid}
  <path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" class="chance"/>
  ${curves.join('\n  ')}${legend.join('')}
  <text x="${x(0.5)}" y="${y(0) + 38}" text-anchor="middle">1 − specificity</text>
  <text transform="translate(14 ${y(0.5)}) rotate(-90)" text-anchor="middle">sensitivity</text>
</svg>`;
}

function path(points: readonly RocPoint[]): string {
  return points
    .map(
      ({ falsePositiveRate, truePositiveRate }, i) =>
        `${i === 0 ? 'M' : 'L'}${x(falsePositiveRate).toFixed(1)} ${y(truePositiveRate).toFixed(1)}`,
    )
    .join('');
}
