import type { EditFlaws } from './stages/edit-flaws.ts';

/** A count and what it is of. */
interface Count {
  readonly k: number;
  readonly n: number;
}

/** A count with its share and 95 % interval; `null` where n is 0. */
export interface Rate extends Count {
  readonly rate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** An estimate with its 95 % interval; `null` where there are too few images for one. */
export interface Estimate {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

interface ClassCounts {
  readonly positive: number;
  readonly negative: number;
}

/** One direction of the attack on the test images. */
export interface DirectionResult {
  /** Of the images that the AI had right, those that it has wrong after the attack. */
  readonly fooled: Rate;
  /** Loss_gen1 (equation 7): ‖fake − real‖² / ‖real‖² in normalised channel 0, over all fakes of the direction. */
  readonly nmse: number;
  /** Mean peak signal-to-noise ratio in dB; `null` if no fake differs from its original. */
  readonly psnr: number | null;
  /** Mean structural similarity. */
  readonly ssim: number;
  /** Mean share of an image's pixels that changed by more than 1/255 of full scale. */
  readonly changedArea: number;
  /** What gives the edits away although they are small; null if no fake differs from its original. */
  readonly flaws: EditFlaws | null;
  /** Share of the edit's energy inside the lesion (dilated by one pixel) and the lesion's share of the breast; synthetic cohort, removal only. */
  readonly localisation: { readonly energyInLesion: number; readonly lesionArea: number } | null;
  /** Among images that the AI had right; synthetic cohort, removal only. */
  readonly contrastRemoved: ContrastRemoved | null;
  /** Steps trained and the validated step whose weights were kept. */
  readonly steps: { readonly trained: number; readonly kept: number };
}

/** How much of what the lesion adds to an image its removal takes away: medians over images. */
export interface ContrastRemoved {
  readonly images: number;
  /** ⟨edit, ideal edit⟩ / ‖ideal edit‖²: 1 for the perfect removal. */
  readonly share: number;
  /** Cosine of the angle between the edit and the ideal one. */
  readonly likeness: number;
}

/** How well fakes are told from the real images that they were made of, patients apart. */
export interface DetectorResult {
  readonly direction: 'remove' | 'insert';
  readonly name: 'power-spectrum' | 'network';
  readonly fakes: number;
  readonly auc: Estimate;
  /** Share of real images that the threshold was to call fakes, on other patients. */
  readonly falseAlarmsWanted: number;
  readonly falseAlarms: Rate | null;
  readonly detected: Rate | null;
  /** Of the images that the AI had right, those whose fakes fool it and pass the detector; absent where it was not asked. */
  readonly unnoticed?: Rate | null;
}

/** How often the AI finds a cancer where it is. */
export interface HeatmapResult {
  /** Of the positive images that the AI had right, those whose strongest evidence depends on the lesion's centre. */
  readonly hits: Rate;
  /** Mean share of all places of the map that do. */
  readonly chance: number | null;
}

/** The same images changed in another way: what the attack has to be compared with. */
export interface Control {
  readonly direction: 'remove' | 'insert';
  readonly name:
    | 'blur'
    | 'white-noise'
    | 'gradient-l2'
    | 'identity-pass'
    | 'target-class-pass'
    | 'lesion-free-twin';
  readonly description: string;
  readonly fooled: Rate;
  readonly nmse: number;
}

/** `results.json`: everything that the report shows, in numbers. */
export interface StudyResults {
  readonly schemaVersion: 1;
  readonly preset: string;
  readonly seed: number;
  readonly engine: string;
  readonly cohort: {
    readonly kind: 'synthetic' | 'manifest';
    readonly patients: number;
    readonly images: number;
    readonly height: number;
    readonly width: number;
    readonly training: ClassCounts;
    readonly validation: ClassCounts;
    readonly test: ClassCounts;
    /** What a reader of the numbers has to know, for example that there are too few images. */
    readonly warnings: readonly string[];
  };
  readonly cad: {
    readonly auc: Estimate;
    readonly positivesCorrect: Rate;
    readonly negativesCorrect: Rate;
    readonly receptiveField: number;
    /** Synthetic cohort only. */
    readonly heatmap: HeatmapResult | null;
    readonly steps: { readonly trained: number; readonly kept: number };
  };
  readonly attack: {
    readonly remove: DirectionResult;
    readonly insert: DirectionResult;
    readonly both: Rate;
    /** AUC of the fakes with the labels that they were made to have. */
    readonly aucFlipped: Estimate;
    readonly controls: readonly Control[];
  };
  /** Whether fakes can be told by a program; null where there are too few images. */
  readonly detectors: readonly DetectorResult[];
  readonly readers: ReaderResults;
  readonly seconds: Readonly<Record<string, number>>;
}

/** Tables 2 to 4; every number comes from simulated readers and says so. */
export interface ReaderResults {
  readonly simulated: true;
  readonly note: string;
  readonly plan: readonly PlanRow[];
  readonly accuracy: readonly AccuracyRow[];
  readonly comparisons: readonly ComparisonRow[];
  readonly times: readonly TimeRow[];
  readonly warnings: readonly string[];
}

/** Table 2: what each session shows. */
export interface PlanRow {
  readonly session: number;
  readonly purpose: string;
  readonly images: number;
  readonly realPositive: number;
  readonly realNegative: number;
  readonly fakePositiveLooking: number;
  readonly fakeNegativeLooking: number;
}

/** Table 3: how often a reader was right. */
export interface AccuracyRow {
  readonly simulated: true;
  readonly reader: string;
  readonly session: number;
  readonly truth: 'real' | 'fake';
  readonly group: 'all' | 'positive' | 'negative';
  readonly accuracy: Rate;
}

/** Table 4: whether education changed a reader's accuracy, by the paper's sub-group test. */
export interface ComparisonRow {
  readonly simulated: true;
  readonly reader: string;
  readonly truth: 'real' | 'fake';
  readonly group: 'all' | 'positive' | 'negative';
  readonly from: number;
  readonly to: number;
  readonly difference: number;
  /** The paper's sub-group test, one-sided; `null` with too few answers, or where the sub-groups do not differ. */
  readonly p: number | null;
  /** Fisher's exact test, two-sided, and the same adjusted for all rows of the table (Holm). */
  readonly fisherP: number;
  readonly holmP: number;
}

export interface TimeRow {
  readonly simulated: true;
  readonly reader: string;
  readonly session: number;
  readonly minutes: number;
}
