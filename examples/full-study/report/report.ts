import { readFile } from 'node:fs/promises';
import { type Cohort, type CohortRecord, countClasses, openCohort } from '../cohort.ts';
import { openFakes } from '../fake-store.ts';
import { DIRECTIONS, type Direction, fakeId, syntheticMark } from '../fakes.ts';
import { formatSeconds } from '../progress.ts';
import type { ReaderResults, StudyResults } from '../results.ts';
import type { AttackRecord } from '../stages/attack-task.ts';
import type { CadRecord } from '../stages/cad-task.ts';
import type { EvaluationRecord } from '../stages/evaluation-task.ts';
import type { StudyFolder } from '../study-folder.ts';
import { pngUri, tripletPng } from './grey-picture.ts';
import { type Html, html, page, trusted } from './page.ts';
import { type RateRow, rateChart } from './rate-chart.ts';
import { rocChart } from './roc-chart.ts';
import {
  accuracyTable,
  comparisonTable,
  controlTable,
  countOf,
  fidelityTable,
  percent,
  planTable,
  tableOne,
  timeTable,
} from './tables.ts';

/** What the stages left behind. */
export interface StageRecords {
  readonly cohort: CohortRecord;
  readonly cad: CadRecord;
  readonly attack: Readonly<Record<Direction, AttackRecord>>;
  readonly evaluation: EvaluationRecord;
  readonly readers: ReaderResults;
}

const REAL = '#1769aa';
const FAKE = '#c2410c';
const CONTROL = '#7c8794';
/** Triplets of each direction on the page. */
const TRIPLETS = 6;

/** The numbers of a study and the page that shows them. */
export async function makeReport(
  folder: StudyFolder,
  stages: StageRecords,
): Promise<{ readonly results: StudyResults; readonly html: string }> {
  const cohort = await openCohort(folder.path, stages.cohort);
  const results = await gatherResults(folder, stages, cohort);
  const triplets = await drawTriplets(folder, cohort);
  return { results, html: studyPage(results, stages.evaluation, triplets) };
}

async function gatherResults(
  folder: StudyFolder,
  { cohort: record, cad, attack, evaluation, readers }: StageRecords,
  { set }: Cohort,
): Promise<StudyResults> {
  const { preset, seed, engine, schemaVersion } = folder.configuration;
  const { directions, controls, both, aucFlipped } = evaluation;
  const direction = (name: Direction) => ({
    ...directions[name],
    steps: { trained: attack[name].trained, kept: attack[name].kept },
  });
  return {
    schemaVersion,
    preset,
    seed,
    engine,
    cohort: {
      kind: record.kind,
      patients: new Set(set.images.map(({ patientId }) => patientId)).size,
      images: set.images.length,
      height: record.height,
      width: record.width,
      training: countClasses(set.images, record.splits.training),
      validation: countClasses(set.images, record.splits.validation),
      test: countClasses(set.images, record.splits.test),
      warnings: record.warnings,
    },
    cad: {
      auc: evaluation.auc,
      positivesCorrect: evaluation.positivesCorrect,
      negativesCorrect: evaluation.negativesCorrect,
      receptiveField: cad.receptiveField,
      steps: { trained: cad.trained, kept: cad.kept },
    },
    attack: {
      remove: direction('remove'),
      insert: direction('insert'),
      both,
      aucFlipped,
      controls,
    },
    readers,
    seconds: await folder.seconds(),
  };
}

/** Fakes of the first test images of each direction, in the order of their names: chosen by nobody. */
async function drawTriplets(
  folder: StudyFolder,
  { set, record }: Cohort,
): Promise<Readonly<Record<Direction, readonly Html[]>>> {
  const fakes = await openFakes(folder.path);
  const indexOf = new Map(fakes.images.map(({ imageId }, index) => [imageId, index]));
  const records: readonly { caseId: string; scoreReal: number; scoreFake: number }[] = JSON.parse(
    await readFile(folder.file('evaluation', 'records.json'), 'utf8'),
  );
  const { height, width } = record;
  const draw = async (direction: Direction): Promise<Html[]> => {
    const shown = set.images.flatMap((image, index) => {
      const fake = indexOf.get(fakeId(image.imageId, direction));
      const score = records.find(({ caseId }) => caseId === image.imageId);
      return fake === undefined || score === undefined ? [] : [{ image, index, fake, score }];
    });
    return Promise.all(
      shown.slice(0, TRIPLETS).map(async ({ image, index, fake, score }) => {
        const png = tripletPng(
          { pixels: await set.pixels(index), height, width },
          { pixels: await fakes.pixels(fake), height, width },
          syntheticMark(image.imageId, direction),
        );
        return html`<figure class="triplet"><img src="${trusted(pngUri(png))}" alt="${image.imageId}: original, synthetic fake, difference"><figcaption>${image.imageId}: p(cancer) ${score.scoreReal.toFixed(2)} → ${score.scoreFake.toFixed(2)}<br>original | fake (synthetic) | difference ×4</figcaption></figure>`;
      }),
    );
  };
  const [remove, insert] = await Promise.all(DIRECTIONS.map(draw));
  return { remove: remove ?? [], insert: insert ?? [] };
}

function studyPage(
  results: StudyResults,
  evaluation: EvaluationRecord,
  triplets: Readonly<Record<Direction, readonly Html[]>>,
): string {
  const { cohort, preset, seed, engine, seconds } = results;
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const source =
    cohort.kind === 'synthetic'
      ? 'a synthetic cohort: phantoms drawn by a program, not mammograms'
      : 'the mammograms of a manifest';
  return page(
    `Can the AI be fooled? ${preset}, seed ${seed}`,
    html`
<h1>Can a mammography AI be fooled?</h1>
<p class="lead">The study of Zhou et al. (Nature Communications 2021), run on ${source}: ${cohort.patients} patients, ${cohort.images} images of ${cohort.height}×${cohort.width} pixels. Preset ${preset}, seed ${seed}, engine ${engine}, ${formatSeconds(total)}.</p>
<p class="note">For research on the safety of AI; not a medical device. Every fake is marked synthetic in its metadata and its file name.</p>
${cohort.warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
${cards(results)}
<h2>Table 1: the AI and the attack</h2>
<div class="scroll">${tableOne(results)}</div>
<p class="note">Test set: ${cohort.test.positive} positive and ${cohort.test.negative} negative images of patients that were never trained on. Fooled: of the images that the AI had right, those that it has wrong after the attack. Wilson intervals for shares, DeLong’s for areas; images of one patient are treated as independent, so the intervals are somewhat narrow. The paper’s numbers are of real mammograms: they stand here for orientation, not as a target.</p>
<div class="columns">
<figure>${trusted(
      rocChart([
        { name: 'real images', colour: REAL, points: evaluation.roc.real },
        { name: 'fakes, flipped labels', colour: FAKE, points: evaluation.roc.flipped },
      ]),
    )}<figcaption>ROC curves on the test set.</figcaption></figure>
</div>
<h2>Is it more than blurring? Controls</h2>
<p>The same test images, changed by the same amount in other ways. The attack is only interesting where it beats them. Diamonds: the paper’s rates.</p>
${trusted(rateChart(rateRows(results)))}
<div class="scroll">${controlTable(results)}</div>
<h2>The fakes</h2>
<div class="scroll">${fidelityTable(results)}</div>
<p class="note">Loss_gen1 = ‖fake − original‖² / ‖original‖² in the network’s normalised first channel (equation 7). In the difference, red is brighter and blue is darker than the original.</p>
<h3>Cancer removed</h3>
${triplets.remove}
<h3>Cancer inserted</h3>
${triplets.insert}
${readerSections(results)}
<h2>How this was run</h2>
${runDetails(results)}
`,
  );
}

function cards({ cad, attack }: StudyResults): Html {
  const card = (value: string, label: string) =>
    html`<div class="card"><b>${value}</b><span>${label}</span></div>`;
  return html`<div class="cards">
${card(cad.auc.estimate?.toFixed(3) ?? '–', 'AUC of the AI on real test images (paper 0.82)')}
${card(percent(attack.remove.fooled.rate), `fooled by removal, ${countOf(attack.remove.fooled)} (paper 95.5 %)`)}
${card(percent(attack.insert.fooled.rate), `fooled by insertion, ${countOf(attack.insert.fooled)} (paper 65.5 %)`)}
${card(attack.aucFlipped.estimate?.toFixed(3) ?? '–', 'AUC of fakes with flipped labels (paper 0.94)')}
</div>`;
}

function rateRows({ attack }: StudyResults): RateRow[] {
  return DIRECTIONS.flatMap((direction) => [
    {
      name: `${direction}: generator`,
      rate: attack[direction].fooled,
      colour: FAKE,
      paper: direction === 'remove' ? 42 / 44 : 209 / 319,
    },
    ...attack.controls
      .filter((control) => control.direction === direction)
      .map(({ name, fooled }) => ({
        name: `${direction}: ${name.replaceAll('-', ' ')}`,
        rate: fooled,
        colour: CONTROL,
      })),
  ]);
}

function readerSections(results: StudyResults): Html {
  const { readers } = results;
  const warnings = readers.warnings.map((warning) => html`<p class="warning">${warning}</p>`);
  const notice = html`<p class="simulated"><b>Simulated.</b> ${readers.note}</p>`;
  if (readers.plan.length === 0) return html`<h2>The reader study</h2>${warnings}${notice}`;
  return html`<h2>Table 2: the reader study’s five sessions</h2>
${warnings}
<div class="scroll">${planTable(results)}</div>
<p class="note">Image folders, answer sheets and the key lie in <code>readers/</code>. No patient is shown in two sessions (education aside), and of an original and its fake at most one.</p>
<h2>Table 3: accuracy of simulated readers</h2>
${notice}
<div class="scroll">${accuracyTable(results)}</div>
<p class="note">“Unsure” counts as incorrect. S3 is before, S5 after the education with triplets. Simulated reading times:</p>
<div class="scroll">${timeTable(results)}</div>
<h2>Table 4: before and after education, simulated readers</h2>
${notice}
<div class="scroll">${comparisonTable(results)}</div>
<p class="note">The paper’s sub-group test has no control of its error rate (it rejects a true null more often than it says): Fisher’s exact test, adjusted over the table, stands beside it.</p>`;
}

function runDetails({ seconds, cad, attack, cohort, engine }: StudyResults): Html {
  const stages = Object.entries(seconds)
    .map(([stage, value]) => `${stage} ${formatSeconds(value)}`)
    .join(', ');
  return html`<ul>
<li>Time: ${stages}.</li>
<li>Engine: ${engine}. Training ${cohort.training.positive} + ${cohort.training.negative}, validation ${cohort.validation.positive} + ${cohort.validation.negative}, test ${cohort.test.positive} + ${cohort.test.negative} images (positive + negative), split by patient.</li>
<li>AI: ${cad.steps.trained} steps, the weights of step ${cad.steps.kept} had the best validation AUC; its receptive field is ${cad.receptiveField} pixels.</li>
<li>Attack: removal ${attack.remove.steps.trained} steps, insertion ${attack.insert.steps.trained}; the generators were chosen on validation patients.</li>
</ul>`;
}
