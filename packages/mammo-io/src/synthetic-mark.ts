/** Who made a synthetic image, and how; every file of one says so. */
export interface SyntheticMark {
  /** The program, e.g. `gan-attack`; 1 to 40 printable ASCII characters. */
  readonly program: string;
  /** The program's version; 1 to 40 printable ASCII characters. */
  readonly version: string;
  /** What was done, e.g. `lesion removed by a generator`; 1 to 500 printable ASCII characters. */
  readonly description: string;
}

/** The sentence that every file of a synthetic image carries. */
export const SYNTHETIC_STATEMENT =
  'Made by a program. Not an acquired mammogram, not for diagnosis.';

/** The word between a synthetic file's name and its ending. */
const WORD = 'synthetic';

/**
 * The file name of a synthetic image made from a file: `.synthetic` before the ending, folders kept.
 *
 * @param extension - the new ending, e.g. `.png`; default: the old one
 * @example
 * ```ts
 * syntheticFileName('scans/1.dcm', '.png'); // => 'scans/1.synthetic.png'
 * ```
 */
export function syntheticFileName(path: string, extension?: string): string {
  const folder = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  const name = path.slice(folder);
  const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
  const stem = name.slice(0, dot);
  if (stem === '') {
    throw new RangeError(`syntheticFileName: path must name a file, got ${JSON.stringify(path)}`);
  }
  const marked = stem.endsWith(`.${WORD}`) ? stem : `${stem}.${WORD}`;
  return path.slice(0, folder) + marked + (extension ?? name.slice(dot));
}

/** @throws RangeError if a mark does not say who made the image, listing all that is missing */
export function requireMark(writer: string, mark: SyntheticMark | undefined): void {
  const problems = (['program', 'version', 'description'] as const).flatMap((name) => {
    const value: unknown = mark?.[name];
    const most = name === 'description' ? 500 : 40;
    const valid =
      typeof value === 'string' &&
      /^[\x20-\x5b\x5d-\x7e]*[!-[\]-~][\x20-\x5b\x5d-\x7e]*$/.test(value);
    return valid && value.length <= most
      ? []
      : [
          `mark.${name} must be 1 to ${most} printable ASCII characters, got ${JSON.stringify(value)}`,
        ];
  });
  if (problems.length > 0) throw new RangeError(`${writer}: ${problems.join('; ')}`);
}
