import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { cadOptions, createCard } from '@mammo/cad-classifier';
import {
  createGeneratorCard,
  defaultDiscriminatorPenalty,
  type GeneratorCard,
  generatorOptions,
} from '@mammo/gan-attack';
import { weightsDigest } from '@mammo/tfjs-safetensors';
import { type CohortRecord, openCohort } from './cohort.ts';
import { DIRECTIONS, type Direction, SOURCE_LABEL } from './fakes.ts';
import { PRESETS, type PresetName } from './presets.ts';
import type { Rate, StudyResults } from './results.ts';
import type { CadRecord } from './stages/cad-task.ts';
import { type StudyConfiguration, type StudyFolder, writeJson } from './study-folder.ts';

/** What the cards are filled from. */
export interface CardSources {
  readonly cohort: CohortRecord;
  readonly cad: CadRecord;
  readonly results: StudyResults;
}

/**
 * Writes `card.json` beside the weights of the AI and of both generators: what they were made from, how they did on
 * validation images, and where they are known to fail. They are written at the end of every run, so that the folder of
 * an earlier version, which has none, gets them when it is gone on with.
 */
export async function writeCards(folder: StudyFolder, sources: CardSources): Promise<void> {
  const weights = await readFile(folder.file('cad', 'cad.safetensors'));
  await writeCadCard(folder, weights, sources);
  for (const direction of DIRECTIONS) {
    const victim = `the AI of the same study, cad/cad.safetensors with SHA-256 ${await weightsDigest(weights)}`;
    await writeGeneratorCard(folder, direction, { ...sources, victim });
  }
}

async function writeCadCard(
  folder: StudyFolder,
  weights: Uint8Array,
  { cohort, cad, results }: CardSources,
): Promise<void> {
  const { configuration } = folder;
  const { set } = await openCohort(folder.path, cohort);
  const patients = cohort.splits.training.map((index) => set.images[index]?.patientId);
  const { remove, insert } = results.attack;
  const card = await createCard({ options: cadOptions(presetOf(configuration)) }, weights, {
    name: nameOf(configuration),
    preprocessing: preprocessingOf(configuration),
    trainingData: { ...trainingDataOf(configuration, results), patients: new Set(patients).size },
    training: { steps: cad.trained, validationAuc: cad.validationAuc },
    licence: licenceOf(configuration),
    limits: [
      ...limitsOf(configuration, results),
      'Its probabilities are not calibrated, and its threshold of 0.5 was not chosen.',
      `The generators that were trained against it fool it with ${words(remove.fooled)} of the positive and ${words(insert.fooled)} of the negative test images that it has right.`,
    ],
  });
  await writeJson(folder.file('cad', 'card.json'), card);
}

async function writeGeneratorCard(
  folder: StudyFolder,
  direction: Direction,
  { results, victim }: CardSources & { readonly victim: string },
): Promise<void> {
  const { configuration } = folder;
  const file = (name: string) => folder.file('attack', direction, name);
  const options = generatorOptions(presetOf(configuration));
  const weights = await readFile(file('generator.safetensors'));
  const { steps, fooled } = results.attack[direction];
  const card = await createGeneratorCard({ options }, weights, {
    name: `${nameOf(configuration)}-${direction}`,
    direction,
    victim,
    preprocessing: preprocessingOf(configuration),
    trainingData: trainingDataOf(configuration, results),
    training: {
      method: 'u-net-gan',
      seed: configuration.seed,
      steps: steps.trained,
      penaltyWeight: defaultDiscriminatorPenalty(options.height),
      validation: await validationOf(file('history.json')),
    },
    licence: licenceOf(configuration),
    limits: [
      ...limitsOf(configuration, results),
      `Its fakes fool the AI on ${words(fooled)} of the ${SOURCE_LABEL[direction]} test images that it has right; other AIs were not tried here.`,
      'Nothing shows that people cannot tell its fakes.',
    ],
  });
  await writeJson(file('card.json'), card);
}

/** How the generator that was kept did on validation images. */
async function validationOf(history: string): Promise<GeneratorCard['training']['validation']> {
  const { chosen } = JSON.parse(await readFile(history, 'utf8'));
  if (!chosen) return null;
  const { fooled, lossGen1 } = chosen.validation;
  return { fooled, lossGen1 };
}

function trainingDataOf(
  { cohort, cohortSha256, seed, preset }: StudyConfiguration,
  { cohort: { training } }: StudyResults,
) {
  const { height, width, patients, conspicuity } = PRESETS[preset as PresetName];
  return {
    description:
      cohort === 'synthetic'
        ? `training patients of phantomCohort of @mammo/mammo-io: seed ${seed}, ${height}×${width}, ${patients} patients, conspicuity ${conspicuity}`
        : `training patients of ${basename(cohort)} with SHA-256 ${cohortSha256}, divided with seed ${seed}`,
    synthetic: cohort === 'synthetic',
    positiveImages: training.positive,
    negativeImages: training.negative,
  };
}

function preprocessingOf({ policy }: StudyConfiguration): string {
  return policy === null
    ? 'drawn at this size, chest wall left for left breasts, right for right ones'
    : `preprocessMammogram of @mammo/mammo-io: policy ${policy}, chest wall left for left breasts, right for right ones`;
}

function limitsOf({ cohort }: StudyConfiguration, { cohort: { warnings } }: StudyResults) {
  return [
    ...(cohort === 'synthetic' ? ['Learned from phantoms: says nothing of mammograms.'] : []),
    ...warnings,
  ];
}

function licenceOf({ cohort }: StudyConfiguration): string {
  return cohort === 'synthetic'
    ? 'not stated: whoever ran the study decides, nothing but phantoms went in'
    : 'not stated: the terms of the mammograms that it was learned from apply';
}

const nameOf = ({ preset, seed }: StudyConfiguration): string => `study-${preset}-seed${seed}`;
const presetOf = ({ preset }: StudyConfiguration): PresetName => preset as PresetName;

/** `98.0 % (50/51)` */
const words = ({ k, n, rate }: Rate): string =>
  rate === null ? 'none' : `${(100 * rate).toFixed(1)} % (${k}/${n})`;
