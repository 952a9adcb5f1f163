import { readFile } from 'node:fs/promises';
import type { PairedRecord } from '@mammo/adversarial-eval';
import { type Cohort, type CohortRecord, countClasses, openCohort } from '../cohort.ts';
import { openFakes } from '../fake-store.ts';
import { DIRECTIONS, type Direction, fakeId, syntheticMark } from '../fakes.ts';
import { formatSeconds } from '../progress.ts';
import type { ReaderResults, StudyResults } from '../results.ts';
import type { AttackRecord } from '../stages/attack-task.ts';
import type { CadRecord } from '../stages/cad-task.ts';
import type { EvaluationRecord } from '../stages/evaluation-task.ts';
import type { StudyFolder } from '../study-folder.ts';
import { type Pair, pngUri, tripletSheet } from './grey-picture.ts';
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
): Promise<{ readonly results: StudyResults; readonly html: string; readonly sheet: Uint8Array }> {
  const cohort = await openCohort(folder.path, stages.cohort);
  const results = await gatherResults(folder, stages, cohort);
  const shown = await gatherTriplets(folder, cohort);
  const html = studyPage(results, stages.evaluation, {
    remove: shown.remove.map((triplet) => tripletFigure(triplet, cohort.record)),
    insert: shown.insert.map((triplet) => tripletFigure(triplet, cohort.record)),
  });
  return { results, html, sheet: overview(shown, cohort.record) };
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

/** A test image, its fake, and what the AI said of both. */
interface Triplet extends Pair {
  readonly imageId: string;
  readonly direction: Direction;
  readonly scoreReal: number;
  readonly scoreFake: number;
}

/** The first test images of each direction, in the order of their names: chosen by nobody. */
async function gatherTriplets(
  folder: StudyFolder,
  { set }: Cohort,
): Promise<Readonly<Record<Direction, readonly Triplet[]>>> {
  const fakes = await openFakes(folder.path);
  const fakeIndex = new Map(fakes.images.map(({ imageId }, index) => [imageId, index]));
  const realIndex = new Map(set.images.map(({ imageId }, index) => [imageId, index]));
  const records: readonly PairedRecord[] = JSON.parse(
    await readFile(folder.file('evaluation', 'records.json'), 'utf8'),
  );
  const gather = (direction: Direction): Promise<Triplet[]> =>
    Promise.all(
      records
        .filter((record) => record.direction === direction)
        .slice(0, TRIPLETS)
        .map(async ({ caseId: imageId, scoreReal, scoreFake }) => ({
          imageId,
          direction,
          scoreReal,
          scoreFake,
          real: await set.pixels(realIndex.get(imageId) ?? -1),
          fake: await fakes.pixels(fakeIndex.get(fakeId(imageId, direction)) ?? -1),
        })),
    );
  return { remove: await gather('remove'), insert: await gather('insert') };
}

function tripletFigure(triplet: Triplet, size: CohortRecord): Html {
  const { imageId, direction, scoreReal, scoreFake } = triplet;
  const png = tripletSheet([triplet], size, { text: syntheticMark(imageId, direction) });
  return html`<figure class="triplet"><img src="${trusted(pngUri(png))}" alt="${imageId}: original, synthetic fake, difference"><figcaption>${imageId}: p(cancer) ${scoreReal.toFixed(2)} → ${scoreFake.toFixed(2)}<br>original | fake (synthetic) | difference ×4</figcaption></figure>`;
}

/** One picture of the study: three removals on the left, three insertions on the right. */
function overview(
  { remove, insert }: Readonly<Record<Direction, readonly Triplet[]>>,
  size: CohortRecord,
): Uint8Array {
  const pairs = remove.slice(0, 3).flatMap((triplet, i) => [triplet, insert[i] ?? triplet]);
  const text = {
    Synthetic: 'yes',
    Description: 'SYNTHETIC IMAGES beside their originals: cancer removed (left), inserted (right)',
  };
  return tripletSheet(pairs, size, { columns: 2, text });
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
<p class="note">Test set: ${cohort.test.positive} positive and ${cohort.test.negative} negative images of patients that were never trained on. Fooled: of the images that the AI had right, those that it has wrong after the attack. Intervals treat patients as independent: Wilson’s at the effective number of images for shares, Obuchowski’s on the logit scale for areas. The paper’s numbers are of real mammograms: they stand here for orientation, not as a target.</p>
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
