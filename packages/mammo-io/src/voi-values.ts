import type { DicomFact } from './dicom/fact.ts';
import type { DicomImage } from './dicom.ts';
import { lookUp } from './lookup-table.ts';
import {
  type GreyValues,
  mapStored,
  type TabulatedValues,
  tabulateModality,
} from './modality-values.ts';
import {
  type AppliedStep,
  placeInWindow,
  type ValueRange,
  type VoiTable,
  type VoiWindow,
  windowDefect,
} from './value-transform.ts';

/**
 * Which values of interest to show: `first` (the file's first table, else its first window, else none), `none`, one of the
 * file's windows or tables by its index or its explanation (`{ window: 'HARDER' }`), or a window of the caller's.
 */
export type VoiChoice =
  | 'first'
  | 'none'
  | {
      /** Index from 0 among the file's windows, or explanation. */
      readonly window: number | string;
    }
  | {
      /** Index from 0 among the file's tables, or explanation. */
      readonly table: number | string;
    }
  | VoiWindow;

/** Options of {@link voiValues}. */
export interface VoiOptions {
  /** Default: `first`. */
  readonly voi?: VoiChoice;
  /**
   * What the darkest and the brightest result are. Default: what the values can be (of a window that is the range of the
   * modality's values, as in pydicom; of a table its entries').
   */
  readonly output?: ValueRange;
}

/**
 * The values of interest of a DICOM image: its modality's values through a window or a table. MONOCHROME1 is not inverted
 * and padding not treated differently.
 *
 * A window's result is min + (max − min) · place, the place in it being 0 to 1 ({@link placeInWindow}).
 *
 * @throws RangeError if the file has no such window or table, or the caller's window or output is not one
 * @example
 * const { values, applied } = voiValues(await readDicom(bytes), { voi: { window: 'NORMAL' } });
 * @see DICOM PS3.3 section C.11.2
 */
export function voiValues(image: DicomImage, options: VoiOptions = {}): GreyValues {
  const { table, ...rest } = tabulateVoi(image, options);
  return { values: mapStored(image, table), ...rest };
}

/** {@link voiValues} of every possible stored value. */
export function tabulateVoi(image: DicomImage, options: VoiOptions): TabulatedValues {
  const modality = tabulateModality(image);
  const chosen = chooseVoi(image, options.voi ?? 'first');
  if (chosen === undefined) return scaleTo(modality, options.output);
  const applied = [...modality.applied, chosen.step];
  if (chosen.kind === 'window') {
    const place = modality.table.map((value) => placeInWindow(chosen.window, value));
    return scaleTo(
      { table: place, range: { min: 0, max: 1 }, applied },
      options.output ?? modality.range,
    );
  }
  const table = modality.table.map((value) => lookUp(chosen.table, value));
  const range = { min: 0, max: 2 ** chosen.table.bits - 1 };
  return scaleTo({ table, range, applied }, options.output);
}

type ChosenVoi =
  | { readonly kind: 'window'; readonly window: VoiWindow; readonly step: AppliedStep }
  | { readonly kind: 'table'; readonly table: VoiTable['table']; readonly step: AppliedStep };

function chooseVoi(image: DicomImage, choice: VoiChoice): ChosenVoi | undefined {
  const { voiWindows = [], voiTables = [] } = image;
  if (choice === 'none') return undefined;
  if (choice === 'first') {
    const [table] = voiTables;
    const [window] = voiWindows;
    if (table !== undefined) return tableChosen(table);
    return window && windowChosen(window);
  }
  if ('window' in choice) return windowChosen(pick('window', choice.window, voiWindows));
  if ('table' in choice) return tableChosen(pick('table', choice.table, voiTables));
  const defect = windowDefect(choice);
  if (defect !== undefined) throw new RangeError(`voiValues: ${defect}`);
  return windowChosen({ value: choice, source: 'caller' });
}

function pick<Voi extends { readonly explanation?: string }>(
  kind: 'window' | 'table',
  wanted: number | string,
  offered: readonly DicomFact<Voi>[],
): DicomFact<Voi> {
  const found =
    typeof wanted === 'number'
      ? offered[wanted]
      : offered.find(({ value }) => value.explanation === wanted);
  if (found !== undefined) return found;
  const names = offered.map(({ value }, index) => value.explanation ?? index).join(', ');
  throw new RangeError(
    `voiValues: voi must name a ${kind} of the file (${names || 'it has none'}), got ${wanted}`,
  );
}

function windowChosen({ value, source }: DicomFact<VoiWindow>): ChosenVoi {
  const { center, width, explanation } = value;
  const shape = value.function ?? 'LINEAR';
  const description = `${shape} window, center ${center}, width ${width}${named(explanation)}`;
  return { kind: 'window', window: value, step: { step: 'voi', description, source } };
}

function tableChosen({ value, source }: DicomFact<VoiTable>): ChosenVoi {
  const description = `table of ${value.table.entries.length} entries${named(value.explanation)}`;
  return { kind: 'table', table: value.table, step: { step: 'voi', description, source } };
}

function named(explanation: string | undefined): string {
  return explanation === undefined ? '' : ` (${explanation})`;
}

function scaleTo(values: TabulatedValues, output: ValueRange = values.range): TabulatedValues {
  const { min, max } = output;
  if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max) {
    throw new RangeError(`voiValues: output must have min < max, got ${min} and ${max}`);
  }
  const { range } = values;
  if (min === range.min && max === range.max) return values;
  const stretch = (max - min) / (range.max - range.min);
  return {
    ...values,
    table: values.table.map((value) => (value - range.min) * stretch + min),
    range: output,
  };
}
