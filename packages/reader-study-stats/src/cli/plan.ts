import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Command,
  type CommandContext,
  defineCommand,
  type ExitCode,
  type Given,
  jsonText,
  requiredOption,
  seedOption,
  UsageError,
  writeWhole,
} from '@mammo/command-line';
import { formatCsv } from '../formats/csv.ts';
import { textTable } from '../report/text-table.ts';
import { planTable } from '../study/plan-table.ts';
import { type PlannedSession, planReaderStudy, type StudyPlan } from '../study/study-plan.ts';
import { parseCohort } from './cohort-csv.ts';

const OPTIONS = {
  readers: { type: 'string' },
  seed: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Plans a study of real and fake images. */
export const plan: Command = defineCommand({
  name: 'plan',
  summary: 'a study of real and fake images: who sees what, in which order',
  help: `Usage: reader-study plan COHORT.csv --readers A,B,... --seed N --out FOLDER [options]

Plans the five sessions of Zhou et al. 2021 from a cohort: patients in one session each, never a real image and its fake,
one seeded order for all readers. The cohort has the columns case, patient, label (positive, negative), split (training,
validation, test), fake (identifier of the case's fake, or empty).

Writes plan.json with the truth, and for each reader a folder of lists without it: order,image for each session,
order,real,fake for the triplets of the education session.

  --readers NAMES    separated by commas; required
  --seed N           names the order; required
  --out FOLDER       where the files go; required
  --json             the numbers of images as JSON

Examples:
  reader-study plan cohort.csv --readers R1,R2,R3 --seed 7 --out study
`,
  options: OPTIONS,
  positionals: { least: 1, most: 1, what: 'one cohort' },
  run,
});

async function run(
  { values, positionals }: Given<typeof OPTIONS>,
  context: CommandContext,
): Promise<ExitCode> {
  const [path = ''] = positionals;
  const seed = seedOption(requiredOption('seed', values.seed));
  const out = requiredOption('out', values.out, 'name a folder');
  const readers = folderNames(values.readers);
  const study = planReaderStudy({
    ...parseCohort(await readFile(path, 'utf8')),
    readers,
    seed,
  });
  await writeWhole(join(out, 'plan.json'), jsonText(study));
  for (const reader of readers) {
    for (const session of study.sessions) {
      await writeWhole(join(out, reader, `session-${session.session}.csv`), listOf(session));
    }
  }
  for (const warning of study.warnings) context.err(`warning: ${warning}\n`);
  context.out(values.json ? jsonText(planTable(study)) : table(study));
  return 0;
}

/** Names of readers, which become folders. */
function folderNames(text: string | undefined): readonly string[] {
  const names = (text ?? '').split(',').map((name) => name.trim());
  const bad = names.find((name) => !/^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u.test(name));
  if (bad === undefined) return names;
  throw new UsageError(
    `--readers must be names of letters, digits, spaces, - and _, got ${JSON.stringify(bad)}`,
  );
}

function listOf({ images, triplets }: PlannedSession): string {
  return triplets.length > 0
    ? formatCsv([
        ['order', 'real', 'fake'],
        ...triplets.map((one) => [one.order, one.real, one.fake]),
      ])
    : formatCsv([['order', 'image'], ...images.map((one) => [one.order, one.case])]);
}

function table(study: StudyPlan): string {
  return textTable({
    columns: ['session', { label: 'purpose', align: 'text' }, 'real', 'fake', 'triplets', 'total'],
    rows: planTable(study).map(({ session, purpose, real, fake, triplets, total }) => [
      session,
      purpose,
      String(real.all),
      String(fake.all),
      String(triplets.all),
      String(total),
    ]),
  });
}
