import { readFile } from 'node:fs/promises';
import { evaluatePaired, type PairedEvaluation, type PairedRecord } from '@mammo/adversarial-eval';
import {
  evaluationHtml,
  galleryHtml,
  REPORT_STYLE,
  type TripletImages,
} from '@mammo/adversarial-eval/report';
import {
  type ForestRow,
  figure,
  forestPlot,
  formatPercent,
  type Html,
  html,
  page,
} from '@mammo/reader-study-stats/report';
import { type Cohort, type CohortRecord, countClasses, openCohort } from '../cohort.ts';
import { openFakes } from '../fake-store.ts';
import { DIRECTIONS, type Direction, fakeId } from '../fakes.ts';
import { formatSeconds } from '../progress.ts';
import type { Rate, ReaderResults, StudyResults } from '../results.ts';
import type { AttackRecord } from '../stages/attack-task.ts';
import type { CadRecord } from '../stages/cad-task.ts';
import type { EvaluationRecord } from '../stages/evaluation-task.ts';
import { HEATMAPS } from '../stages/heatmap-sheet.ts';
import type { StudyFolder } from '../study-folder.ts';

import { firstOfPatients, studySheet } from './study-sheet.ts';
import {
  accuracyTable,
  comparisonTable,
  controlTable,
  detectorTable,
  fidelityTable,
  planTable,
  timeTable,
} from './tables.ts';
import type { Pair } from './triplet-sheet.ts';

/** What the stages left behind. */
export interface StageRecords {
  readonly cohort: CohortRecord;
  readonly cad: CadRecord;
  readonly attack: Readonly<Record<Direction, AttackRecord>>;
  readonly evaluation: EvaluationRecord;
  readonly readers: ReaderResults;
}

/** Tones of the plot: what the attack did, and what its controls did. */
const ATTACK = 1;
const CONTROL = 5;
/** Triplets of each direction on the page. */
const TRIPLETS = 6;

/** The numbers of a study and the page that shows them. */
export async function makeReport(
  folder: StudyFolder,
  stages: StageRecords,
): Promise<{ readonly results: StudyResults; readonly html: string; readonly sheet: Uint8Array }> {
  const cohort = await openCohort(folder.path, stages.cohort);
  const results = await gatherResults(folder, stages, cohort);
  const records: readonly PairedRecord[] = JSON.parse(
    await readFile(folder.file('evaluation', 'records.json'), 'utf8'),
  );
  const shown = await gatherTriplets(folder, cohort, records);
  const html = studyPage(results, {
    evaluation: evaluatePaired(records),
    heatmaps: await readFile(folder.file('evaluation', HEATMAPS)),
    triplets: shown,
    size: cohort.record,
  });
  return { results, html, sheet: studySheet(shown, cohort.record) };
}

async function gatherResults(
  folder: StudyFolder,
  { cohort: record, cad, attack, evaluation, readers }: StageRecords,
  { set }: Cohort,
): Promise<StudyResults> {
  const { preset, seed, engine } = folder.configuration;
  const { directions, controls, both, aucFlipped, detectors } = evaluation;
  const direction = (name: Direction) => ({
    ...directions[name],
    steps: { trained: attack[name].trained, kept: attack[name].kept },
  });
  return {
    schemaVersion: 1,
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
      heatmap: evaluation.heatmap,
      steps: { trained: cad.trained, kept: cad.kept },
    },
    attack: {
      remove: direction('remove'),
      insert: direction('insert'),
      both,
      aucFlipped,
      controls,
    },
    detectors,
    readers,
    seconds: await folder.seconds(),
  };
}

/** A test image and its fake. */
interface Triplet extends Pair {
  readonly imageId: string;
  /** What the AI says of both. */
  readonly caption: string;
}

type Triplets = Readonly<Record<Direction, readonly Triplet[]>>;

/** The first test image of each of the first patients of a direction, in the order of their names: chosen by nobody. */
async function gatherTriplets(
  folder: StudyFolder,
  { set }: Cohort,
  records: readonly PairedRecord[],
): Promise<Triplets> {
  const fakes = await openFakes(folder.path);
  const fakeIndex = new Map(fakes.images.map(({ imageId }, index) => [imageId, index]));
  const realIndex = new Map(set.images.map(({ imageId }, index) => [imageId, index]));
  const gather = (direction: Direction): Promise<Triplet[]> => {
    const tried = records.filter((record) => record.direction === direction);
    const shown = firstOfPatients(tried)
      .slice(0, TRIPLETS)
      .flatMap((place) => tried[place] ?? []);
    return Promise.all(
      shown.map(async ({ caseId: imageId, scoreReal, scoreFake }) => ({
        imageId,
        caption: `p(cancer) ${scoreReal.toFixed(2)} > ${scoreFake.toFixed(2)}`,
        real: await set.pixels(realIndex.get(imageId) ?? -1),
        fake: await fakes.pixels(fakeIndex.get(fakeId(imageId, direction)) ?? -1),
      })),
    );
  };
  return { remove: await gather('remove'), insert: await gather('insert') };
}

function studyPage(
  results: StudyResults,
  shown: {
    readonly evaluation: PairedEvaluation;
    readonly heatmaps: Uint8Array;
    readonly triplets: Triplets;
    readonly size: CohortRecord;
  },
): string {
  const { cohort, preset, seed, engine, seconds } = results;
  const { evaluation, heatmaps, triplets, size } = shown;
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
<p class="note">Test set: ${cohort.test.positive} positive and ${cohort.test.negative} negative images of patients that were never trained on.</p>
${evaluationHtml(evaluation)}
<h2>Where the AI looks</h2>
${heatmapSection(results, heatmaps)}
<h2>Is it more than blurring? Controls</h2>
<p>The same test images, changed by the same amount in other ways. The attack is only interesting where it beats them.</p>
${controlFigure(results)}
${controlTable(results)}
<h2>The fakes</h2>
${fidelityTable(results)}
<p class="note">Loss_gen1 = ‖fake − original‖² / ‖original‖² in the network’s normalised first channel (equation 7).</p>
<h2>Can a program tell the fakes?</h2>
${detectorTable(results)}
<p class="note">A logistic regression on the power spectrum, learned on validation patients; its threshold lets 5 % of the real images of training patients pass for fakes. An attacker who knows the detector can evade it.</p>
<h3>Cancer removed</h3>
${gallery(triplets.remove, evaluation, size)}
<h3>Cancer inserted</h3>
${gallery(triplets.insert, evaluation, size)}
${readerSections(results)}
<h2>How this was run</h2>
${runDetails(results)}
`,
    { style: REPORT_STYLE },
  );
}

function heatmapSection({ cad }: StudyResults, sheet: Uint8Array): Html {
  const source = `data:image/png;base64,${Buffer.from(sheet).toString('base64')}`;
  const { heatmap } = cad;
  const hits =
    heatmap?.hits.rate != null && heatmap.chance !== null
      ? html`<p class="note">Of the cancers that the AI finds, ${formatPercent(heatmap.hits.rate, 0)} (${heatmap.hits.k}/${heatmap.hits.n}) lie with their centre in the frame; a frame at a place drawn at random holds it in ${formatPercent(heatmap.chance, 0)}.</p>`
      : '';
  return html`<p>The first positive test images, below with the AI’s evidence for cancer in orange. The frame holds the pixels that the strongest evidence depends on (the receptive field, ${cad.receptiveField} pixels).</p>
<img src="${source}" alt="positive test images with heatmaps" style="max-width:100%">
${hits}`;
}

function gallery(
  triplets: readonly Triplet[],
  { pairs }: PairedEvaluation,
  { height, width }: CohortRecord,
): Html {
  const images = triplets.map(
    ({ imageId, real, fake }): TripletImages => ({
      caseId: imageId,
      real,
      fake,
      height,
      width,
      maximum: 65535,
    }),
  );
  return galleryHtml(images, { pairs });
}

function controlFigure({ attack }: StudyResults): Html {
  const row = (name: string, fooled: Rate, tone: number): ForestRow => ({
    name,
    estimate: fooled.rate,
    lower: fooled.lower,
    upper: fooled.upper,
    text: `${fooled.k}/${fooled.n}`,
    tone,
  });
  const rows = DIRECTIONS.flatMap((direction) => [
    {
      ...row(`${direction}: generator`, attack[direction].fooled, ATTACK),
      target: direction === 'remove' ? 42 / 44 : 209 / 319,
    },
    ...attack.controls
      .filter((control) => control.direction === direction)
      .map(({ name, fooled }) =>
        row(`${direction}: ${name.replaceAll('-', ' ')}`, fooled, CONTROL),
      ),
  ]);
  return figure({
    svg: forestPlot(rows, {
      title: 'Fooled by the attack and by its controls',
      x: { label: 'fooled', domain: [0, 1], format: (share) => formatPercent(share, 0) },
    }),
    caption: 'Shares with 95 % intervals. Hollow diamonds: the paper’s rates.',
  });
}

function readerSections(results: StudyResults): Html {
  const { readers } = results;
  const warnings = readers.warnings.map((warning) => html`<p class="warning">${warning}</p>`);
  const notice = html`<p class="alert"><b>Simulated.</b> ${readers.note}</p>`;
  if (readers.plan.length === 0) return html`<h2>The reader study</h2>${warnings}${notice}`;
  return html`<h2>Table 2: the reader study’s five sessions</h2>
${warnings}
${planTable(results)}
<p class="note">Image folders, answer sheets and the key lie in <code>readers/</code>. No patient is shown in two sessions (education aside), and of an original and its fake at most one.</p>
<h2>Table 3: accuracy of simulated readers</h2>
${notice}
${accuracyTable(results)}
<p class="note">“Unsure” counts as incorrect. S3 is before, S5 after the education with triplets. Simulated reading times:</p>
${timeTable(results)}
<h2>Table 4: before and after education, simulated readers</h2>
${notice}
${comparisonTable(results)}
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
