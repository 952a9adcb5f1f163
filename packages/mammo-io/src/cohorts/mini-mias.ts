import type { LesionType } from '../case-image.ts';
import type { Finding, ManifestRow } from '../manifest-row.ts';
import { CohortBuilder, type CohortTable } from './cohort-table.ts';

const LINE = /^(mdb(\d{3}))\s+([FGD])\s+(CALC|CIRC|SPIC|MISC|ARCH|ASYM|NORM)(?:\s+([BM]))?(?:\s|$)/;
const TYPES: Readonly<Record<string, LesionType>> = {
  CALC: 'calcifications',
  CIRC: 'mass',
  SPIC: 'mass',
  MISC: 'mass',
};

/**
 * Reads `Info.txt` of mini-MIAS, which has a line for each abnormality of a film: a film is positive if any is malignant.
 *
 * Two consecutive films are one patient; all are oblique views of 8 bits. As `Info.txt` says, films of even number are left
 * breasts and those of odd number right ones; the markers on some films say the opposite, in mirror writing.
 *
 * @returns rows with the paths `mdb001.pgm`, …, each with the number of its line
 * @throws ManifestError listing all lines that begin with a film's name and go on otherwise
 * @see J. Suckling et al. (1994), The Mammographic Image Analysis Society digital mammogram database
 */
export function readMiniMias(info: string): CohortTable {
  const cohort = new CohortBuilder('readMiniMias');
  const films = new Map<string, ManifestRow>();
  for (const [index, line] of info.split(/\r\n|\n|\r/).entries()) {
    if (!/^mdb\d/.test(line)) continue;
    const film = readFilm(line, index + 1);
    if (film === undefined) {
      const got = JSON.stringify(line.slice(0, 80));
      cohort.complain(index + 1, `must be a film, its tissue and its abnormality, got ${got}`);
      continue;
    }
    const known = films.get(film.imageId);
    if (known === undefined || (known.label === 'negative' && film.label === 'positive')) {
      films.set(film.imageId, film);
    }
  }
  for (const film of films.values()) cohort.add(film);
  if (films.size === 0 && cohort.problems.length === 0) {
    cohort.complain(1, 'the text must have lines such as "mdb001 G CIRC B 535 425 197"');
  }
  return cohort.finish();
}

function readFilm(line: string, row: number): ManifestRow | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, imageId = '', digits = '', , abnormality = '', severity] = match;
  const normal = abnormality === 'NORM';
  if (normal !== (severity === undefined)) return undefined;
  const number = Number(digits);
  const malignant = severity === 'M';
  const finding: Finding = malignant ? 'malignant' : normal ? 'normal' : 'benign';
  const lesionType = malignant ? TYPES[abnormality] : undefined;
  return {
    imageId,
    patientId: `mias${String(Math.ceil(number / 2)).padStart(3, '0')}`,
    laterality: number % 2 === 0 ? 'L' : 'R',
    view: 'MLO',
    label: malignant ? 'positive' : 'negative',
    ...(lesionType && { lesionType }),
    path: `${imageId}.pgm`,
    row,
    bitsStored: 8,
    finding,
  };
}
