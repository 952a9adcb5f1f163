import { areaEstimate, mirrorArea, rankedArea } from './area-estimate.ts';
import { clusterBy } from './clusters.ts';
import { foolingRates, pairTallies } from './pair-tallies.ts';
import type { EvaluatedPair, Stratum } from './paired-evaluation.ts';
import type { RateSettings } from './rate-estimate.ts';

/**
 * The evaluation within each value of each stratum, names and values in the order in which they occur;
 * pairs that do not say their value come last.
 */
export function evaluateStrata(
  pairs: readonly EvaluatedPair[],
  settings: RateSettings & { readonly threshold: number },
): readonly Stratum[] {
  const names = new Set(pairs.flatMap(({ strata }) => Object.keys(strata ?? {})));
  return [...names].flatMap((name) => {
    const byValue = new Map<string | null, EvaluatedPair[]>();
    for (const pair of pairs) {
      const value = pair.strata?.[name] || null;
      const known = byValue.get(value);
      if (known) known.push(pair);
      else byValue.set(value, [pair]);
    }
    return [...byValue]
      .sort(([a], [b]) => Number(a === null) - Number(b === null))
      .map(([value, members]) => ({ name, value, ...evaluateStratum(members, settings) }));
  });
}

function evaluateStratum(
  pairs: readonly EvaluatedPair[],
  settings: RateSettings & { readonly threshold: number },
): Omit<Stratum, 'name' | 'value'> {
  const clusters = clusterBy(pairs.map((pair) => pair.patientId));
  const labels = pairs.map((pair) => pair.label);
  const area = (scores: readonly number[]) =>
    areaEstimate(rankedArea({ scores, labels, clusters }), settings);
  const positives = labels.filter((label) => label === 'positive').length;
  return {
    n: {
      pairs: pairs.length,
      positives,
      negatives: pairs.length - positives,
      patients: clusters.count,
    },
    fooled: foolingRates(pairTallies({ pairs, clusters }, settings.threshold), settings),
    aucReal: area(pairs.map((pair) => pair.scoreReal)),
    aucFakeFlipped: mirrorArea(area(pairs.map((pair) => pair.scoreFake))),
  };
}
