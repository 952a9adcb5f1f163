import type { FrocMark, FrocStudy } from '../froc/froc-marks.ts';
import { type CsvOptions, formatCsv } from './csv.ts';
import type { JafrocSheets } from './jafroc-sheet.ts';
import { checkWritable } from './read-file.ts';

/**
 * The sheets TP, FP and TRUTH of a JAFROC workbook as CSV texts, which `parseJafroc` reads: hits and other
 * marks in their order, a row for each lesion and each normal case. Lesions without a weight get 0, which
 * means that all lesions of a case count alike.
 *
 * @param study cases and marks
 * @param options `guardFormulas`: for tables that people open in a spreadsheet
 * @throws RangeError listing what the format cannot hold: empty identifiers, lesions called 0, marks of
 *   unknown cases, numbers that are not finite, weights that are not above 0
 * @example
 * ```ts
 * const { truth, tp, fp } = formatJafroc(study);
 * ```
 */
export function formatJafroc(study: FrocStudy, options: CsvOptions = {}): JafrocSheets {
  checkWritable('formatJafroc', studyProblems(study));
  const hits = study.marks.filter(isHit);
  const others = study.marks.filter((mark) => !isHit(mark));
  const place = ({ reader, modality, case: id }: FrocMark) => [reader, modality, id];
  return {
    tp: formatCsv(
      [
        ['ReaderID', 'ModalityID', 'CaseID', 'LesionID', 'TP_Rating'],
        ...hits.map((mark) => [...place(mark), mark.lesion!, mark.rating]),
      ],
      options,
    ),
    fp: formatCsv(
      [
        ['ReaderID', 'ModalityID', 'CaseID', 'FP_Rating'],
        ...others.map((mark) => [...place(mark), mark.rating]),
      ],
      options,
    ),
    truth: formatCsv(
      [
        ['CaseID', 'LesionID', 'Weight'],
        ...study.cases.flatMap(({ case: id, lesions }) =>
          lesions.length === 0
            ? [[id, '0', 0]]
            : lesions.map(({ lesion, weight = 0 }) => [id, lesion, weight]),
        ),
      ],
      options,
    ),
  };
}

function isHit({ lesion }: FrocMark): boolean {
  return lesion !== undefined && lesion !== null;
}

function studyProblems({ cases, marks }: FrocStudy): readonly string[] {
  const known = new Set(cases.map((one) => one.case));
  return [
    ...(known.size < cases.length ? ['cases must differ, got some twice'] : []),
    ...cases.flatMap(({ case: id, lesions }) => [
      ...(id === '' ? ['case must not be empty'] : []),
      ...lesions.flatMap(({ lesion, weight = 1 }) => [
        ...(lesion === '' || lesion === '0'
          ? [`lesion of case ${id} must not be called ${JSON.stringify(lesion)}`]
          : []),
        ...(weight > 0 && Number.isFinite(weight)
          ? []
          : [`weight of lesion ${lesion} of case ${id} must be above 0, got ${weight}`]),
      ]),
    ]),
    ...marks.flatMap((mark, index) => [
      ...(mark.reader === '' || mark.modality === ''
        ? [`mark ${index + 1}: reader and modality must not be empty`]
        : []),
      ...(known.has(mark.case) ? [] : [`mark ${index + 1}: case ${mark.case} is unknown`]),
      ...(mark.lesion === '' ? [`mark ${index + 1}: lesion must not be empty`] : []),
      ...(Number.isFinite(mark.rating)
        ? []
        : [`mark ${index + 1}: rating must be finite, got ${mark.rating}`]),
    ]),
  ];
}
