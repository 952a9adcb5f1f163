/** What one run of the study needs to know beyond the networks' own presets of the same name. */
export interface StudyPreset {
  readonly name: PresetName;
  readonly height: number;
  readonly width: number;
  /** The synthetic cohort: how many patients, and how visible the lesions are (a factor on their contrast). */
  readonly patients: number;
  readonly conspicuity: number;
  /** Steps between checkpoints of a training. */
  readonly checkpointEvery: number;
  /** Images per forward pass when nothing is trained. */
  readonly scoringBatch: number;
  /** Memory that is allowed for the training of one attack, in GiB: two at once only where there is room for both. */
  readonly trainingGiB: number;
}

export type PresetName = 'small' | 'medium' | 'large' | 'paper-low' | 'paper-high';

/** The study's sizes: 96×80 to 384×320 run on a laptop, 1024×832 and 1728×1408 are the paper's. */
export const PRESETS: Readonly<Record<PresetName, StudyPreset>> = {
  small: {
    name: 'small',
    height: 96,
    width: 80,
    patients: 1284,
    conspicuity: 0.9,
    checkpointEvery: 100,
    scoringBatch: 32,
    trainingGiB: 2.5,
  },
  medium: {
    name: 'medium',
    height: 192,
    width: 160,
    patients: 1284,
    conspicuity: 0.97,
    checkpointEvery: 50,
    scoringBatch: 32,
    trainingGiB: 3.5,
  },
  large: {
    name: 'large',
    height: 384,
    width: 320,
    patients: 1284,
    conspicuity: 1.04,
    checkpointEvery: 25,
    scoringBatch: 16,
    trainingGiB: 9,
  },
  'paper-low': {
    name: 'paper-low',
    height: 1024,
    width: 832,
    patients: 1284,
    conspicuity: 1,
    checkpointEvery: 20,
    scoringBatch: 1,
    trainingGiB: 20,
  },
  'paper-high': {
    name: 'paper-high',
    height: 1728,
    width: 1408,
    patients: 1284,
    conspicuity: 1,
    checkpointEvery: 20,
    scoringBatch: 1,
    trainingGiB: 20,
  },
};

/** Whether so many bytes of memory are more than the trainings of both attacks are allowed. */
export const hasRoomForBoth = (preset: PresetName, bytes: number): boolean =>
  2 * PRESETS[preset].trainingGiB * 2 ** 30 < bytes;
