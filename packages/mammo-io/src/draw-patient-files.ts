import { join } from 'node:path';
import type { CaseImage } from './case-image.ts';
import {
  drawPatient,
  type PhantomImage,
  type PhantomPlan,
  phantomCohort,
} from './phantom/cohort.ts';
import { FIELD_HEIGHT_MM } from './phantom/noise.ts';
import type { PhantomOptions } from './phantom/options.ts';
import { SYNTHETIC_MARK, writePng } from './png.ts';
import type { SyntheticMark } from './synthetic-mark.ts';
import { writeSyntheticDicom } from './write-synthetic-dicom.ts';
import { writeSyntheticPng } from './write-synthetic-png.ts';
import { writeWhole } from './write-whole.ts';

/** A patient of the synthetic cohort to draw, as it is sent to a thread. */
export interface DrawTask {
  readonly kind: 'draw';
  readonly plan: PhantomOptions;
  readonly patient: number;
  readonly folder: string;
  readonly format: 'png' | 'dicom';
  /** Also write the lesions' masks. */
  readonly masks: boolean;
  /** Also write the images without their lesions. */
  readonly twins: boolean;
}

/** The files of a drawn patient. */
export interface DrawnPatient {
  /** Paths of the images, in the patient's order, seen from the folder. */
  readonly paths: readonly string[];
}

let planned: { readonly key: string; readonly plan: PhantomPlan } | undefined;

/** The plan of the options; the last one is kept, as a thread is sent many patients of one plan. */
function planOf(options: PhantomOptions): PhantomPlan {
  const key = JSON.stringify(options);
  if (planned?.key !== key) planned = { key, plan: phantomCohort(options) };
  return planned.plan;
}

/** Draws a patient's images and writes them as files that are marked synthetic. */
export async function drawPatientFiles(task: DrawTask): Promise<DrawnPatient> {
  const plan = planOf(task.plan);
  const mark = {
    program: 'mammo-io phantom',
    version: plan.fingerprint.split(' ')[0] ?? '',
    description: 'drawn by a program from random numbers; shows no one',
  };
  const drawn = drawPatient(plan, task.patient, { twins: task.twins });
  const paths: string[] = [];
  for (const one of drawn) {
    paths.push(await writeImage(task, one.image, { mark, pixels: one.pixels, folder: 'images' }));
    if (task.twins && one.twin) {
      await writeImage(task, one.image, { mark, pixels: one.twin, folder: 'twins' });
    }
    if (task.masks && one.image.label === 'positive') await writeMask(task, one);
  }
  return { paths };
}

interface Drawing {
  readonly mark: SyntheticMark;
  readonly pixels: Uint16Array;
  readonly folder: string;
}

async function writeImage(
  task: DrawTask,
  { patientId, laterality, view, imageId }: CaseImage,
  { mark, pixels, folder }: Drawing,
): Promise<string> {
  const { height, width, seed } = task.plan;
  const mm = FIELD_HEIGHT_MM / height;
  const grey = { pixels, height, width };
  const dicom = task.format === 'dicom';
  const path = `${folder}/${imageId}.synthetic.${dicom ? 'dcm' : 'png'}`;
  const file = dicom
    ? await writeSyntheticDicom(grey, {
        mark,
        breast: { patientId, laterality, view, pixelSpacingMm: { row: mm, column: mm } },
        uidSeed: `phantom ${seed}`,
      })
    : writeSyntheticPng(grey, { mark });
  await writeWhole(join(task.folder, path), file);
  return path;
}

async function writeMask(task: DrawTask, { image, mask }: PhantomImage): Promise<void> {
  const { height, width } = task.plan;
  const pixels = mask.map((value) => value * 255);
  const path = join(task.folder, 'masks', `${image.imageId}.synthetic.png`);
  await writeWhole(path, writePng({ pixels, height, width, text: SYNTHETIC_MARK }));
}
