import { areaEstimate, type EstimatedArea, rankedArea } from './area-estimate.ts';
import { type Clusters, singletons } from './clusters.ts';
import { type PairSet, type PairTallyName, pairTallies } from './pair-tallies.ts';
import type { PairedRecord } from './paired-record.ts';
import { type BootstrapSettings, patientBootstrap } from './patient-bootstrap.ts';
import { type RateEstimate, type RateSettings, rateEstimate } from './rate-estimate.ts';

/** The rates and areas that have bootstrap intervals if any have. */
export interface Headline {
  readonly rates: Readonly<Record<PairTallyName, RateEstimate>>;
  readonly aucReal: EstimatedArea;
  readonly aucFakeOriginal: EstimatedArea;
}

/** Computes the {@link Headline} of pairs of both classes. */
export function headlineOf(
  set: PairSet,
  settings: RateSettings & {
    readonly threshold: number;
    readonly bootstrap: BootstrapSettings | null;
  },
): Headline {
  const { pairs, clusters } = set;
  const { threshold, bootstrap, level } = settings;
  const labels = pairs.map((pair) => pair.label);
  const areaOf = (score: 'scoreReal' | 'scoreFake') =>
    rankedArea({ scores: pairs.map((pair) => pair[score]), labels, clusters });
  const areas = [areaOf('scoreReal'), areaOf('scoreFake')] as const;
  const tallies = pairTallies(set, threshold);
  const names = Object.keys(tallies) as PairTallyName[];

  const drawn = bootstrap?.unit === 'image' ? singletons(pairs.length) : clusters;
  const drawnTallies =
    drawn === clusters ? tallies : pairTallies({ pairs, clusters: drawn }, threshold);
  const intervals =
    bootstrap &&
    patientBootstrap(
      {
        clusters: drawn,
        strata: classMix(set.pairs, drawn),
        rates: names.map((name) => drawnTallies[name]),
        areas:
          drawn === clusters
            ? areas
            : areas.map((area) => rankedArea({ ...area, clusters: drawn })),
      },
      { ...bootstrap, level },
    );
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

/** Per cluster: 1 positives only, 2 negatives only, 3 both. */
function classMix(pairs: readonly PairedRecord[], clusters: Clusters): Uint8Array {
  const mix = new Uint8Array(clusters.count);
  clusters.of.forEach((cluster, image) => {
    mix[cluster]! |= pairs[image]!.label === 'positive' ? 1 : 2;
  });
  return mix;
}
