import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { differenceImage } from '@mammo/adversarial-eval';
import { writePng } from '@mammo/mammo-io';
import {
  DEMO_READERS,
  type PlannedSession,
  type PlannedTriplet,
  type Read,
  type StudyPlan,
  simulateReads,
} from '@mammo/reader-study-stats';
import { formatReads } from '@mammo/reader-study-stats/formats';
import { type Cohort, type CohortRecord, openCohort } from '../cohort.ts';
import { openFakes } from '../fake-store.ts';
import { originalMark, syntheticMark } from '../fakes.ts';
import { makeReaderPlan } from '../reader-plan.ts';
import { noReaders, readerTables } from '../reader-tables.ts';
import type { ReaderResults } from '../results.ts';
import type { TaskContext } from '../task-context.ts';

export interface ReadersInput {
  readonly studyPath: string;
  readonly cohort: CohortRecord;
  readonly seed: number;
}

interface Pictures {
  readonly cohort: Cohort;
  /** The pixels of a real image or of a fake, by its id. */
  readonly read: (id: string) => Promise<Uint16Array>;
}

/** A fake must never pass unmarked, a blinded reader must not be told: so every image of such a session says this. */
const BLINDED_MARK = {
  Synthetic: 'unknown',
  Description:
    'MAY BE A SYNTHETIC IMAGE: part of a blinded reader study for research; the owner of the study holds the key',
};

/** Plans the sessions, writes their image folders, and lets simulated readers read them. */
export async function readersTask(
  { studyPath, cohort: record, seed }: ReadersInput,
  { report, signal }: TaskContext,
): Promise<ReaderResults> {
  const cohort = await openCohort(studyPath, record);
  const plan = makeReaderPlan(cohort, seed);
  if (!plan) return noReaders();
  const folder = join(studyPath, 'readers');
  await rm(folder, { recursive: true, force: true });
  const pictures = { cohort, read: await pictureReader(studyPath, cohort) };
  const total = plan.sessions.reduce((sum, s) => sum + s.images.length + s.triplets.length, 0);
  let done = 0;
  for (const session of plan.sessions) {
    const path = join(folder, sessionFolder(session));
    await mkdir(path, { recursive: true });
    const writers = [
      ...session.images.map((_, i) => () => writeImage(path, session, i, pictures)),
      ...session.triplets.map((triplet) => () => writeTriplet(path, triplet, pictures)),
    ];
    for (const write of writers) {
      signal.throwIfAborted();
      await write();
      report({ done: ++done, total });
    }
    await writeFile(join(path, 'answers.csv'), answerSheet(session));
  }
  const reads = simulateReads(plan, DEMO_READERS, { seed });
  await writeFile(join(folder, 'key.csv'), keyFile(plan));
  await writeFile(join(folder, 'plan.json'), planFile(plan));
  await writeFile(join(folder, 'simulated-reads.csv'), formatReads(reads as readonly Read[]));
  return readerTables(plan, reads);
}

async function pictureReader(
  studyPath: string,
  { set }: Cohort,
): Promise<(id: string) => Promise<Uint16Array>> {
  const fakes = await openFakes(studyPath);
  const real = new Map(set.images.map(({ imageId }, index) => [imageId, index]));
  const fake = new Map(fakes.images.map(({ imageId }, index) => [imageId, index]));
  return async (id) => {
    const realIndex = real.get(id);
    if (realIndex !== undefined) return set.pixels(realIndex);
    const fakeIndex = fake.get(id);
    if (fakeIndex === undefined) throw new Error(`study: the plan shows ${id}, which was not made`);
    return fakes.pixels(fakeIndex);
  };
}

/** `3-017-may-be-synthetic.png`: a blinded name that still warns; sessions of known real images say so. */
function fileName(session: PlannedSession, order: number): string {
  const position = String(order).padStart(3, '0');
  const mark = session.purpose === 'blinded' ? 'may-be-synthetic' : 'real';
  return `${session.session}-${position}-${session.purpose === 'unannounced' ? 'may-be-synthetic' : mark}.png`;
}

async function writeImage(
  folder: string,
  session: PlannedSession,
  index: number,
  { cohort, read }: Pictures,
): Promise<void> {
  const image = session.images[index];
  if (!image) return;
  const { height, width, kind } = cohort.record;
  const text = session.purpose === 'familiarisation' ? originalMark(kind) : BLINDED_MARK;
  const png = writePng({ pixels: await read(image.case), height, width, text });
  await writeFile(join(folder, fileName(session, image.order)), png);
}

/** `4-017-insert-b-fake-synthetic.png`. */
function tripletFile(
  { order, appearance }: PlannedTriplet,
  part: 'a-real' | 'b-fake-synthetic' | 'c-difference-synthetic',
): string {
  const direction = appearance === 'negative' ? 'remove' : 'insert';
  return `4-${String(order).padStart(3, '0')}-${direction}-${part}.png`;
}

async function writeTriplet(
  folder: string,
  triplet: PlannedTriplet,
  { cohort, read }: Pictures,
): Promise<void> {
  const { height, width, kind } = cohort.record;
  const { real, fake, appearance } = triplet;
  const [before, after] = [await read(real), await read(fake)];
  const write = (
    part: Parameters<typeof tripletFile>[1],
    pixels: Uint16Array,
    text: Record<string, string>,
  ) =>
    writeFile(join(folder, tripletFile(triplet, part)), writePng({ pixels, height, width, text }));
  const mark = syntheticMark(real, appearance === 'negative' ? 'remove' : 'insert');
  await write('a-real', before, originalMark(kind));
  await write('b-fake-synthetic', after, mark);
  const difference = differenceImage(before, after, { height, width, maximum: 65535 });
  await write('c-difference-synthetic', difference, mark);
}

/** The plan, and where each of its images lies: what `npm run reading-room -- create --from` reads. */
function planFile(plan: StudyPlan): string {
  const files: Record<string, string> = {};
  for (const session of plan.sessions) {
    const folder = sessionFolder(session);
    for (const { order, case: id } of session.images) {
      files[id] = `${folder}/${fileName(session, order)}`;
    }
    for (const triplet of session.triplets) {
      files[triplet.real] = `${folder}/${tripletFile(triplet, 'a-real')}`;
      files[triplet.fake] = `${folder}/${tripletFile(triplet, 'b-fake-synthetic')}`;
    }
  }
  return `${JSON.stringify({ ...plan, files }, null, 2)}\n`;
}

function sessionFolder({ session }: PlannedSession): string {
  return `session-${session}`;
}

/** What a reader fills in: 1 real, 2 not real, 3 unsure. */
function answerSheet(session: PlannedSession): string {
  const rows = session.images.map(({ order }) => `${order},${fileName(session, order)},,`);
  return ['order,file,answer (1 real 2 not real 3 unsure),seconds', ...rows, ''].join('\n');
}

function keyFile({ sessions }: StudyPlan): string {
  const rows = sessions.flatMap((session) =>
    session.images.map(({ order, case: id, truth, appearance, sourceCase, patientId }) =>
      [
        session.session,
        order,
        fileName(session, order),
        id,
        truth,
        appearance,
        sourceCase,
        patientId,
      ]
        .map(csvField)
        .join(','),
    ),
  );
  return ['session,order,file,case,truth,appearance,source,patient', ...rows, ''].join('\n');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
