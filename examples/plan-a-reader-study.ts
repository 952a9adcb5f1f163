/** Plans the paper's five blinded sessions for your readers: `npm run example -- examples/plan-a-reader-study.ts`. */
import { phantomCohort, splitByPatient } from '@mammo/mammo-io';
import {
  planReaderStudy,
  planTable,
  type StudyCase,
  type StudyFake,
} from '@mammo/reader-study-stats';
import { textTable } from '@mammo/reader-study-stats/report';
import { check, say } from './check.ts';

const { images } = phantomCohort({ seed: 1, height: 96, width: 80 }); // only planned, not drawn
const split = splitByPatient(images, { seed: 1 });
const cases = (['training', 'validation', 'test'] as const).flatMap((name) =>
  split[name].map((index): StudyCase => {
    const { imageId, patientId, label } = images[index]!;
    return { caseId: imageId, patientId, label, split: name };
  }),
);
const fakes = cases.map(
  ({ caseId, label }): StudyFake => ({
    fakeId: `fake-of-${caseId}`,
    caseId,
    intendedLabel: label === 'positive' ? 'negative' : 'positive',
  }),
);
const readers = ['Ada', 'Ben', 'Cleo'];
const plan = planReaderStudy({ cases, fakes, readers, seed: 7 });
for (const warning of plan.warnings) say(`warning: ${warning}`);

const table = planTable(plan);
say(
  textTable({
    columns: ['session', 'real', 'fake'],
    rows: table.map(({ session, real, fake }) => [session, String(real.all), String(fake.all)]),
  }),
);

const again = planReaderStudy({ cases, fakes, readers, seed: 7 });
const other = planReaderStudy({ cases, fakes, readers, seed: 8 });
const total = (session: string, kind: 'real' | 'fake') =>
  table.find((row) => row.session === session)?.[kind].all ?? 0;
check('the same seed gives the same plan', JSON.stringify(again) === JSON.stringify(plan));
check('another seed gives another', JSON.stringify(other) !== JSON.stringify(plan));
check(
  'blinded sessions are half fakes',
  total('3', 'real') === total('3', 'fake') && total('5', 'real') === total('5', 'fake'),
);
check('the first two sessions have none', total('1', 'fake') + total('2', 'fake') === 0);
