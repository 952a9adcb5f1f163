import {
  areaEstimate,
  type EstimatedArea,
  type RankedArea,
  rankedArea,
} from './intervals/area-estimate.ts';
import { singletons, type Tally } from './intervals/clusters.ts';
import {
  type BootstrapIntervals,
  type BootstrapSettings,
  patientBootstrap,
} from './intervals/patient-bootstrap.ts';
import { type RateEstimate, type RateSettings, rateEstimate } from './intervals/rate-estimate.ts';
import type { PairColumns } from './pair-columns.ts';
import { type PairTallyName, pairTallies } from './pair-tallies.ts';

/** The rates and areas that have bootstrap intervals if any have. */
export interface Headline {
  readonly rates: Readonly<Record<PairTallyName, RateEstimate>>;
  readonly aucReal: EstimatedArea;
  readonly aucFakeOriginal: EstimatedArea;
}

/** Computes the {@link Headline} of pairs of both classes. */
export function headlineOf(
  columns: PairColumns,
  settings: RateSettings & {
    readonly threshold: number;
    readonly bootstrap: BootstrapSettings | null;
  },
): Headline {
  const { threshold, bootstrap, level } = settings;
  const tallies = pairTallies(columns, threshold);
  const areas = areasOf(columns);
  const names = Object.keys(tallies) as PairTallyName[];
  const intervals =
    bootstrap && intervalsOf(columns, { ...settings, bootstrap, names, areas, tallies });
  const rates = names.map((name, index) => {
    const found = intervals?.rates[index] ?? null;
    return [name, rateEstimate(tallies[name], { ...settings, bootstrap: found })] as const;
  });
  const area = (index: 0 | 1): EstimatedArea => {
    const found = intervals?.areas[index] ?? null;
    const estimate = areaEstimate(areas[index], { level, bootstrap: found });
    if (estimate.status === 'one-class') {
      throw new RangeError('evaluatePaired: pairs must be of both classes, got one');
    }
    return estimate;
  };
  return {
    rates: Object.fromEntries(rates) as Record<PairTallyName, RateEstimate>,
    aucReal: area(0),
    aucFakeOriginal: area(1),
  };
}

function areasOf(columns: PairColumns): readonly [RankedArea, RankedArea] {
  const { positive, clusters, real, fake } = columns;
  return [
    rankedArea({ scores: real, positive, clusters }),
    rankedArea({ scores: fake, positive, clusters }),
  ];
}

/** Draws patients, or, asked for images, each image as a patient of its own. */
function intervalsOf(
  columns: PairColumns,
  options: {
    readonly threshold: number;
    readonly level: number;
    readonly bootstrap: BootstrapSettings;
    readonly names: readonly PairTallyName[];
    readonly areas: readonly RankedArea[];
    readonly tallies: Readonly<Record<PairTallyName, Tally>>;
  },
): BootstrapIntervals {
  const { bootstrap, threshold, level, names } = options;
  const byImage = bootstrap.unit === 'image';
  const drawn = byImage ? { ...columns, clusters: singletons(columns.real.length) } : columns;
  const tallies = byImage ? pairTallies(drawn, threshold) : options.tallies;
  const input = {
    clusters: drawn.clusters,
    strata: classMix(drawn),
    rates: names.map((name) => tallies[name]),
    areas: byImage ? areasOf(drawn) : options.areas,
  };
  return patientBootstrap(input, { ...bootstrap, level });
}

/** Per cluster: 1 positives only, 2 negatives only, 3 both. */
function classMix({ positive, clusters }: PairColumns): Uint8Array {
  const mix = new Uint8Array(clusters.count);
  clusters.of.forEach((cluster, image) => {
    mix[cluster]! |= positive[image] ? 1 : 2;
  });
  return mix;
}
