import { areaEstimate, mirrorArea, rankedArea } from './intervals/area-estimate.ts';
import type { RateSettings } from './intervals/rate-estimate.ts';
import { pairColumns } from './pair-columns.ts';
import { foolingRates, pairTallies } from './pair-tallies.ts';
import type { EvaluatedPair, Stratum } from './paired-evaluation.ts';

/**
 * The evaluation within each value of each stratum, names and values in the order in which they occur;
 * pairs that do not say their value come last.
 */
export function evaluateStrata(
  pairs: readonly EvaluatedPair[],
  settings: RateSettings & { readonly threshold: number },
): readonly Stratum[] {
  const names = new Set<string>();
  for (const { strata } of pairs) {
    if (strata) for (const name of Object.keys(strata)) names.add(name);
  }
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
  const columns = pairColumns(pairs);
  const { positive, real, fake, clusters } = columns;
  const area = (scores: Float64Array) =>
    areaEstimate(rankedArea({ scores, positive, clusters }), settings);
  const positives = positive.reduce((count, flag) => count + flag, 0);
  return {
    n: {
      pairs: pairs.length,
      positives,
      negatives: pairs.length - positives,
      patients: clusters.count,
    },
    fooled: foolingRates(pairTallies(columns, settings.threshold), settings),
    aucReal: area(real),
    aucFakeFlipped: mirrorArea(area(fake)),
  };
}
