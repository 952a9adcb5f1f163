import { readCbisDdsm } from '../src/cohorts/cbis-ddsm.ts';
import { readCmmd } from '../src/cohorts/cmmd.ts';
import { readEmbed } from '../src/cohorts/embed.ts';
import { readInbreast } from '../src/cohorts/inbreast.ts';
import { readMiniMias } from '../src/cohorts/mini-mias.ts';
import { readRsna } from '../src/cohorts/rsna.ts';
import { readVindrMammo } from '../src/cohorts/vindr-mammo.ts';
import { formatManifest, parseManifest } from '../src/manifest.ts';
import { ManifestError } from '../src/manifest-error.ts';
import { phantomCohort } from '../src/phantom/cohort.ts';
import { randomStream } from '../src/random.ts';
import { readShared, skipReason } from '../test/shared-data.ts';
import { mutate } from './mutation.ts';

/** A text to damage, and the reader that must give rows or a ManifestError within two seconds. */
export interface TableTarget {
  readonly name: string;
  readonly text: string;
  readonly read: (text: string) => unknown;
}

/** What became of the inputs of one target. */
export interface TableTally {
  readonly name: string;
  read: number;
  refused: number;
  slowestMs: number;
  readonly defects: string[];
}

const SLOWEST_MS = 2000;
const FIRST_CHARACTERS = 4000;

/** The manifests in both formats, and the tables of cohorts, the real ones where they are there. */
export function tableTargets(): readonly TableTarget[] {
  const { images } = phantomCohort({
    seed: 1,
    height: 16,
    width: 16,
    patients: 4,
    positiveShare: 0.5,
  });
  const rows = images.map((image) => ({ ...image, path: `images/${image.imageId}.png`, age: 50 }));
  const manifest = (format: 'csv' | 'jsonl'): TableTarget => ({
    name: `manifest ${format}`,
    text: formatManifest(rows, { format }),
    read: (text) => formatManifest(parseManifest(text), { format }),
  });
  const inbreast =
    'Patient ID;Laterality;View;File Name;ACR;Bi-Rads\nx;R;CC;22678622;4;1\nx;L;MLO;22678646;2;4a\n';
  const files = ['a/22678622_61b13c_MG_R_CC_ANON.dcm', 'a/22678646_61b13c_MG_L_ML_ANON.dcm'];
  const vindr =
    'study_id,image_id,laterality,view_position,breast_birads,breast_density,split\ns1,i1,L,CC,BI-RADS 2,DENSITY C,training\n';
  const rsna =
    'patient_id,image_id,laterality,view,age,cancer,BIRADS,density\n10006,462822612,L,CC,61.0,0,,\n';
  const embed =
    'empi_anon,acc_anon,anon_dicom_path,ImageLateralityFinal,ViewPosition,FinalImageType\n1,2,a.dcm,L,CC,2D\n';
  const clinical = 'empi_anon,acc_anon,side,asses,path_severity,tissueden\n1,2,L,N,,3.0\n';
  return [
    manifest('csv'),
    manifest('jsonl'),
    { name: 'INbreast', text: inbreast, read: (text) => readInbreast(text, { files }) },
    { name: 'VinDr-Mammo', text: vindr, read: readVindrMammo },
    { name: 'RSNA', text: rsna, read: readRsna },
    { name: 'EMBED', text: embed, read: (text) => readEmbed({ metadata: text, clinical }) },
    {
      name: 'EMBED, clinical',
      text: clinical,
      read: (text) => readEmbed({ metadata: embed, clinical: text }),
    },
    ...(skipReason ? [] : realTables()),
  ];
}

function realTables(): readonly TableTarget[] {
  const start = (path: string) =>
    new TextDecoder().decode(readShared(path)).slice(0, FIRST_CHARACTERS);
  const images = [{ path: 'D1-0001/1-1.dcm', laterality: 'R', view: 'CC' }] as const;
  return [
    {
      name: 'CBIS-DDSM',
      text: start('metadata/cbis-ddsm/mass_case_description_train_set.csv'),
      read: (text) => readCbisDdsm([{ csv: text, split: 'training' }]),
    },
    {
      name: 'CMMD',
      text: start('metadata/cmmd_raw_label.csv'),
      read: (text) => readCmmd(text, { images }),
    },
    { name: 'mini-MIAS', text: start('mammograms/pgm/mini-mias/Info.txt'), read: readMiniMias },
  ];
}

/** Damages a table so many times and judges what its reader does. */
export function fuzzTable(
  target: TableTarget,
  { seed, inputs }: { readonly seed: number; readonly inputs: number },
): TableTally {
  const tally: TableTally = { name: target.name, read: 0, refused: 0, slowestMs: 0, defects: [] };
  const whole = new TextEncoder().encode(target.text);
  for (let input = 0; input < inputs; input++) {
    const random = randomStream(seed, 'fuzz', target.name, input);
    const text = new TextDecoder().decode(mutate(whole, random).bytes);
    const started = performance.now();
    try {
      target.read(text);
      tally.read++;
    } catch (error) {
      if (error instanceof ManifestError) tally.refused++;
      else tally.defects.push(`input ${input}: ${error instanceof Error ? error.stack : error}`);
    }
    const elapsed = performance.now() - started;
    tally.slowestMs = Math.max(tally.slowestMs, elapsed);
    if (elapsed > SLOWEST_MS) tally.defects.push(`input ${input}: ${Math.round(elapsed)} ms`);
  }
  return tally;
}
