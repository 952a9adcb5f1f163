/** What the biopsy or the follow-up said of a patient's image. */
export type CaseLabel = 'positive' | 'negative';

/** The patient's breast, not the side of the picture. */
export type Laterality = 'L' | 'R';

/** Craniocaudal or mediolateral oblique. */
export type View = 'CC' | 'MLO';

/** What a positive image shows. */
export type LesionType = 'mass' | 'calcifications';

/** What is known of one mammogram of a cohort, its pixels aside. */
export interface CaseImage {
  /** Unique in the cohort. */
  readonly imageId: string;
  /** Shared by all images of a patient; splits never separate them. */
  readonly patientId: string;
  /** The breast that is shown. */
  readonly laterality: Laterality;
  /** From above, or from the side at an angle. */
  readonly view: View;
  /** Of this image; 'positive' shows a cancer. */
  readonly label: CaseLabel;
  /** Only of positive images, where it is known. */
  readonly lesionType?: LesionType;
}
