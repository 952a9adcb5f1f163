import type { FigureOfMerit } from './figure-of-merit.ts';
import type { CellFigure } from './figure-table.ts';
import type { DeletedFigures } from './jackknife.ts';
import type { CaseClusters, ClassRatings, MrmcData } from './mrmc-data.ts';

/**
 * The figures without each cluster of cases in turn: the jackknife of clusters, which keeps the cases of
 * a patient together.
 *
 * @throws RangeError if a cell without a cluster lacks a class that the figure needs
 * @see Obuchowski 1997, Biometrics 53:567, doi 10.2307/2533958 (clustered ROC data)
 */
export function clusterDeletions(
  data: MrmcData,
  clusters: CaseClusters,
  figure: FigureOfMerit,
  figures: readonly CellFigure[],
): DeletedFigures {
  const usesPositives = figure.cases !== 'negatives';
  const usesNegatives = figure.cases !== 'positives';
  return {
    cases: clusters.count,
    cells: data.cells.map((cell, index) => {
      const present = new Set([
        ...(usesPositives ? clustersOf(cell.positives, clusters.positives) : []),
        ...(usesNegatives ? clustersOf(cell.negatives, clusters.negatives) : []),
      ]);
      const deleted = Array.from(present, (left) => {
        const ratings = {
          positives: without(cell.positives, clusters.positives, left),
          negatives: without(cell.negatives, clusters.negatives, left),
        };
        if (
          (usesPositives && ratings.positives.length === 0) ||
          (usesNegatives && ratings.negatives.length === 0)
        ) {
          throw new RangeError(
            `figureTable: reader ${data.readers[cell.reader]}, test ${data.tests[cell.test]} must have cases of each class in two clusters, got one`,
          );
        }
        return figure.value(ratings);
      });
      return { value: figures[index]!.value, cases: [...present], deleted };
    }),
  };
}

function clustersOf({ cases }: ClassRatings, clusters: Int32Array): readonly number[] {
  return Array.from(cases, (index) => clusters[index]!);
}

function without(
  { cases, ratings }: ClassRatings,
  clusters: Int32Array,
  left: number,
): Float64Array {
  return ratings.filter((_, i) => clusters[cases[i]!] !== left);
}
