import {
  compareSessions,
  holmAdjust,
  planTable,
  type Read,
  readerAccuracies,
  readingTimes,
  type StudyPlan,
  subgroupTest,
} from '@mammo/reader-study-stats';
import type { AccuracyRow, ComparisonRow, PlanRow, ReaderResults, TimeRow } from './results.ts';

/** What "unsure" counts as, everywhere in the study's tables. */
const UNSURE = 'incorrect';

/** Sub-groups of a session in the paper's test: 4 divides its 100, 436 and 440 images. */
const SUBGROUPS = 4;

const NOTE =
  'Simulated readers (a seeded signal-detection model). They show the tables and the statistics; they say nothing about radiologists.';

/** Tables 2 to 4 from a plan and its simulated reads. */
export function readerTables(plan: StudyPlan, reads: readonly Read[]): ReaderResults {
  return {
    simulated: true,
    note: NOTE,
    plan: planRows(plan),
    accuracy: accuracyRows(reads),
    comparisons: comparisonRows(plan, reads),
    times: timeRows(reads),
    warnings: plan.warnings,
  };
}

/** The reader part of a study whose cohort is too small for one. */
export function noReaders(): ReaderResults {
  return {
    simulated: true,
    note: 'The cohort is too small for a reader study: at least one image of every kind is needed in every session.',
    plan: [],
    accuracy: [],
    comparisons: [],
    times: [],
    warnings: ['no reader study was planned'],
  };
}

function planRows(plan: StudyPlan): PlanRow[] {
  return planTable(plan).map(({ session, purpose, total, real, fake, triplets }) => ({
    session: Number(session),
    purpose,
    images: total,
    realPositive: real.positive,
    realNegative: real.negative,
    fakePositiveLooking: fake.positive + triplets.positive,
    fakeNegativeLooking: fake.negative + triplets.negative,
  }));
}

function accuracyRows(reads: readonly Read[]): AccuracyRow[] {
  return readerAccuracies(reads, { unsure: UNSURE }).flatMap(
    ({ reader, session, truth, appearance, accuracy }) =>
      accuracy.status === 'ok'
        ? [
            {
              simulated: true as const,
              reader,
              session: Number(session),
              truth,
              group: appearance,
              accuracy: {
                k: accuracy.k,
                n: accuracy.n,
                rate: accuracy.rate,
                lower: accuracy.lower,
                upper: accuracy.upper,
              },
            },
          ]
        : [],
  );
}

/** One reader's answers to one kind of image. */
type Cell = Pick<ComparisonRow, 'reader' | 'truth' | 'group'>;

/** Answers of a cell by session. */
function countAnswers(reads: readonly Read[], { reader, truth, group }: Cell): Map<string, number> {
  const counts = new Map<string, number>();
  for (const read of reads) {
    const belongs =
      read.reader === reader &&
      read.truth === truth &&
      (group === 'all' || read.appearance === group);
    if (belongs) counts.set(read.session, (counts.get(read.session) ?? 0) + 1);
  }
  return counts;
}

/** Session 3 → 5, before and after education, for every reader and class of fakes. */
function comparisonRows(plan: StudyPlan, reads: readonly Read[]): ComparisonRow[] {
  const cells = plan.readers.flatMap((reader) =>
    (['real', 'fake'] as const).flatMap((truth) =>
      (['all', 'positive', 'negative'] as const).map((group) => ({ reader, truth, group })),
    ),
  );
  const rows = cells.flatMap((cell) => {
    const answers = countAnswers(reads, cell);
    if (!(answers.get('3') && answers.get('5'))) return [];
    const { group, ...rest } = cell;
    const question = { ...rest, appearance: group, from: '3', to: '5', unsure: UNSURE } as const;
    const exact = compareSessions(reads, question);
    const enough = [...answers.values()].every((count) => count >= SUBGROUPS);
    const paper = enough ? subgroupTest(reads, { ...question, groups: SUBGROUPS }) : undefined;
    return {
      simulated: true as const,
      ...cell,
      from: 3,
      to: 5,
      difference: exact.estimate,
      p: paper?.status === 'ok' ? paper.pValue : null,
      fisherP: exact.pValue,
    };
  });
  const adjusted = holmAdjust(rows.map(({ fisherP }) => fisherP));
  return rows.map((row, i) => ({ ...row, holmP: adjusted[i] ?? row.fisherP }));
}

function timeRows(reads: readonly Read[]): TimeRow[] {
  return readingTimes(reads).map(({ reader, session, totalMinutes }) => ({
    simulated: true,
    reader,
    session: Number(session),
    minutes: totalMinutes,
  }));
}
