import type { LesionType } from '../case-image.ts';
import type { ManifestRow } from '../manifest-row.ts';
import {
  CohortBuilder,
  type CohortTable,
  densityOf,
  LONG_SIDES,
  wholeNumber,
} from './cohort-table.ts';

/** A case of DDSM: the texts of its `.ics` file and of the `.OVERLAY` files that it names. */
export interface DdsmCase {
  /** The text of e.g. `A-1141-1.ics`. */
  readonly ics: string;
  /** The texts of the overlays by view, e.g. `{ LEFT_CC: '…' }`. */
  readonly overlays: Readonly<Record<string, string>>;
  /** The folder that the paths are seen from; default: none. */
  readonly folder?: string;
}

const FILM =
  /^(LEFT|RIGHT)_(CC|MLO)\s+LINES\s+\d+\s+PIXELS_PER_LINE\s+\d+\s+BITS_PER_PIXEL\s+(\d+)\s.*?(NON_OVERLAY|OVERLAY)\s*$/;

/**
 * Reads the case files of DDSM. A film is positive if its overlay has a malignant abnormality; a film without an overlay is
 * normal in a case without any, and else shows no abnormality: it is negative.
 *
 * @returns rows with the paths `<folder>/<case>.<VIEW>.LJPEG`, which this library does not read: they are bare lossless JPEG streams,
 * to be converted first. `row` counts the cases from 1.
 * @throws ManifestError listing all problems with the case's number
 * @see M. Heath et al. (2001), The Digital Database for Screening Mammography
 */
export function readDdsm(cases: readonly DdsmCase[]): CohortTable {
  const cohort = new CohortBuilder('readDdsm').inTable('case');
  for (const [index, one] of cases.entries()) readCase(cohort, one, index + 1);
  return cohort.finish();
}

function readCase(cohort: CohortBuilder, one: DdsmCase, row: number): void {
  const lines = one.ics.split(/\r\n|\n|\r/).map((line) => line.trim());
  const name = field(lines, 'filename');
  const films = lines.map((line) => FILM.exec(line)).filter((match) => match !== null);
  if (name === '') cohort.complain(row, 'the .ics file must have a line "filename"');
  if (films.length === 0) {
    cohort.complain(row, 'the .ics file must have lines such as "LEFT_CC LINES …"');
  }
  const anyOverlay = films.some((match) => match[4] === 'OVERLAY');
  const density = densityOf(field(lines, 'DENSITY'));
  const age = wholeNumber(field(lines, 'PATIENT_AGE'), 0, 130);
  for (const [, side = '', view = '', bits = '', overlay] of films) {
    const film = `${side}_${view}`;
    const text = overlay === 'OVERLAY' ? one.overlays[film] : undefined;
    if (overlay === 'OVERLAY' && text === undefined) {
      cohort.complain(row, `the overlay of ${film} is missing`);
    }
    const file = `${name.replaceAll('-', '_')}.${film}.LJPEG`;
    cohort.add({
      imageId: `${name}.${film}`,
      patientId: name,
      laterality: LONG_SIDES[side]!,
      view: view === 'CC' ? 'CC' : 'MLO',
      ...readAbnormalities(text, anyOverlay),
      path: one.folder ? `${one.folder}/${file}` : file,
      row,
      bitsStored: Number(bits),
      ...(density && { density }),
      ...(age !== undefined && { age }),
    });
  }
}

/** The first word after a name at the beginning of a line. */
function field(lines: readonly string[], name: string): string {
  const line = lines.find((candidate) =>
    candidate.toLowerCase().startsWith(`${name.toLowerCase()} `),
  );
  return line?.split(/\s+/)[1] ?? '';
}

type Abnormalities = Pick<ManifestRow, 'label' | 'lesionType' | 'finding' | 'birads'>;

function readAbnormalities(overlay: string | undefined, anyOverlay: boolean): Abnormalities {
  if (overlay === undefined) {
    return { label: 'negative', ...(!anyOverlay && { finding: 'normal' }) };
  }
  const [, ...abnormalities] = overlay.split(/^\s*ABNORMALITY\s+\d+/m);
  const malignant = abnormalities.find((text) => /^\s*PATHOLOGY\s+MALIGNANT\b/m.test(text));
  const lesionType: LesionType = /LESION_TYPE\s+CALC/.test(malignant ?? '')
    ? 'calcifications'
    : 'mass';
  const assessments = abnormalities.map((text) =>
    Number(/ASSESSMENT\s+([0-5])/.exec(text)?.[1] ?? -1),
  );
  const birads = Math.max(-1, ...assessments);
  return {
    label: malignant ? 'positive' : 'negative',
    ...(malignant && { lesionType }),
    finding: malignant ? 'malignant' : 'benign',
    ...(birads >= 0 && { birads }),
  };
}
