import type { FrocCase, FrocLesion, FrocMark, FrocStudy } from '../froc/froc-marks.ts';
import type { ReadProblem } from '../reads.ts';
import { parseDecimal } from './decimal.ts';
import { type JafrocSheets, openSheets, type Sheet, type SheetRow } from './jafroc-sheet.ts';
import { requireClean, type Scanned } from './read-file.ts';

/** A free-response study from a JAFROC workbook. */
export interface JafrocFile extends FrocStudy {
  /** Row of each mark in its sheet: the option `markRows` of `arrangeMarks`. Hits come first. */
  readonly markRows: readonly number[];
  /** First row of each case in TRUTH: the option `caseRows` of `arrangeMarks`. */
  readonly caseRows: readonly number[];
}

/**
 * Reads the sheets TP, FP and TRUTH of a JAFROC workbook, saved as CSV, or as one JSON text
 * `{ "TP": [{ "ReaderID": … }, …], "FP": […], "TRUTH": […] }`, as spreadsheet libraries give it. Columns
 * may be in any order and in any case; LL and NL for TP and FP, and ratings called LLRating or NLRating,
 * are known; other columns are ignored.
 *
 * @param source three CSV texts, or one JSON text
 * @returns cases with their lesions, and marks
 * @throws ReadsError listing every problem with its sheet and row
 * @example
 * ```ts
 * const study = parseJafroc({
 *   truth: 'CaseID,LesionID,Weight\nn1,0,0\nd1,a,0\n',
 *   tp: 'ReaderID,ModalityID,CaseID,LesionID,TP_Rating\nr1,A,d1,a,4\n',
 *   fp: 'ReaderID,ModalityID,CaseID,FP_Rating\nr1,A,n1,2\n',
 * });
 * study.marks[0]; // => { reader: 'r1', modality: 'A', case: 'd1', rating: 4, lesion: 'a' }
 * ```
 * @see Chakraborty 2017, Observer Performance Methods for Diagnostic Imaging, doi 10.1201/9781351228190
 */
export function parseJafroc(source: JafrocSheets | string): JafrocFile {
  return requireClean('parseJafroc', scanJafroc(source), 'row');
}

/** What can be read, and all problems. */
function scanJafroc(source: JafrocSheets | string): Scanned<JafrocFile> {
  const problems: ReadProblem[] = [];
  const { truth, tp, fp } = openSheets(source, problems);
  const cases = [...readCases(truth).values()];
  const marks = [
    ...[...tp.rows(['reader', 'modality', 'case', 'tp', 'lesion'])].map(readMark),
    ...[...fp.rows(['reader', 'modality', 'case', 'fp'])].map(readMark),
  ];
  const file = {
    cases: cases.map(({ id, lesions }): FrocCase => ({ case: id, lesions })),
    caseRows: cases.map(({ row }) => row),
    marks: marks.map(({ mark }) => mark),
    markRows: marks.map(({ row }) => row),
  };
  return { file, problems };
}

function readMark({ row, fields, report }: SheetRow): {
  readonly row: number;
  readonly mark: FrocMark;
} {
  const [reader = '', modality = '', id = '', text = '', lesion] = fields;
  const rating = parseDecimal(text);
  if (!Number.isFinite(rating)) {
    report(`rating must be a finite number, got ${JSON.stringify(text)}`);
  }
  return { row, mark: { reader, modality, case: id, rating, ...(lesion && { lesion }) } };
}

interface CaseDraft {
  readonly row: number;
  readonly id: string;
  isNormal: boolean;
  readonly lesions: FrocLesion[];
}

/** The LesionID of a normal case. */
const NORMAL = '0';

function readCases(sheet: Sheet): ReadonlyMap<string, CaseDraft> {
  const cases = new Map<string, CaseDraft>();
  for (const { row, fields, report } of sheet.rows(['case', 'lesion', 'weight'])) {
    const [id = '', lesion = '', text = ''] = fields;
    const weight = parseDecimal(text);
    if (!(weight >= 0 && Number.isFinite(weight))) {
      report(`Weight must be a number of at least 0, got ${JSON.stringify(text)}`);
    }
    const draft = cases.get(id) ?? { row, id, isNormal: false, lesions: [] };
    const isNew = !cases.has(id);
    cases.set(id, draft);
    if (lesion !== NORMAL && !draft.isNormal) {
      draft.lesions.push(weight === 0 ? { lesion } : { lesion, weight });
    } else if (isNew) draft.isNormal = true;
    else report(`case ${id} is normal and has another row`);
  }
  return cases;
}
