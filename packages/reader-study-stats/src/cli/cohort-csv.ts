import { parseCsv } from '../formats/csv.ts';
import { type ReadProblem, ReadsError } from '../reads.ts';
import type { StudyCase, StudyFake } from '../study/study-cohort.ts';

const COLUMNS = ['case', 'patient', 'label', 'split', 'fake'] as const;
const LABELS = ['positive', 'negative'] as const;
const SPLITS = ['training', 'validation', 'test'] as const;

/**
 * A cohort from a CSV table: the columns case, patient, label (positive, negative), split (training,
 * validation, test), and fake, the identifier of the case's fake, empty where there is none.
 *
 * @throws ReadsError listing every problem with its row
 */
export function parseCohort(csv: string): {
  readonly cases: readonly StudyCase[];
  readonly fakes: readonly StudyFake[];
} {
  const [header, ...table] = parseCsv(csv, (row, message) => {
    throw new ReadsError('cohort', [{ row, message }]);
  });
  const names = header?.fields ?? [];
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new ReadsError(
      'cohort',
      missing.map((column) => ({ row: 1, message: `column ${column} is missing` })),
    );
  }
  const problems: ReadProblem[] = [];
  const cohort: Cohort = { cases: [], fakes: [] };
  for (const { row, fields } of table) {
    const field: Field = (column) => fields[names.indexOf(column)] ?? '';
    for (const message of addCase(cohort, field)) problems.push({ row, message });
  }
  if (problems.length > 0) throw new ReadsError('cohort', problems);
  return cohort;
}

type Field = (column: (typeof COLUMNS)[number]) => string;

interface Cohort {
  readonly cases: StudyCase[];
  readonly fakes: StudyFake[];
}

/** Adds one row, or says what is wrong with it. */
function addCase({ cases, fakes }: Cohort, field: Field): readonly string[] {
  const [caseId, patientId, fakeId] = [field('case'), field('patient'), field('fake')];
  const label = LABELS.find((one) => one === field('label'));
  const split = SPLITS.find((one) => one === field('split'));
  const problems: string[] = [];
  if (caseId === '' || patientId === '') problems.push('case and patient must not be empty');
  if (!label) problems.push(`label must be ${LABELS.join(' or ')}, got ${field('label')}`);
  if (!split) problems.push(`split must be ${SPLITS.join(' or ')}, got ${field('split')}`);
  if (!label || !split) return problems;
  cases.push({ caseId, patientId, label, split });
  const intendedLabel = label === 'positive' ? 'negative' : 'positive';
  if (fakeId !== '') fakes.push({ fakeId, caseId, intendedLabel });
  return problems;
}
