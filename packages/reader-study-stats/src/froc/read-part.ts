import type { FrocCell, FrocData } from './froc-data.ts';

/** The part of a study that one reader read under one modality, as a study of its own; all of it: the study itself. */
export function readPart(
  data: FrocData,
  cell: FrocCell,
): { readonly data: FrocData; readonly cell: FrocCell } {
  if (cell.cases.length === data.cases.length) return { data, cell };
  const place = new Int32Array(data.cases.length).fill(-1);
  cell.cases.forEach((index, at) => {
    place[index] = at;
  });
  const lesions = data.caseOfLesion
    .map((_, lesion) => lesion)
    .filter((l) => place[data.caseOfLesion[l]!]! >= 0);
  const part: FrocCell = {
    ...cell,
    cases: cell.cases.map((_, at) => at),
    falseRatings: Float64Array.from(cell.cases, (index) => cell.falseRatings[index]!),
    falseMarks: Float64Array.from(cell.cases, (index) => cell.falseMarks[index]!),
    allFalse: Array.from(cell.cases, (index) => cell.allFalse[index]!),
    lesionRatings: Float64Array.from(lesions, (lesion) => cell.lesionRatings[lesion]!),
  };
  return {
    cell: part,
    data: {
      ...data,
      cases: Array.from(cell.cases, (index) => data.cases[index]!),
      abnormal: cell.cases.filter((index) => index < data.abnormal).length,
      caseOfLesion: lesions.map((lesion) => place[data.caseOfLesion[lesion]!]!),
      weights: Float64Array.from(lesions, (lesion) => data.weights[lesion]!),
      cells: [part],
    },
  };
}
