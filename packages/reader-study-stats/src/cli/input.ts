import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { choiceOption, UsageError } from '@mammo/command-line';
import type { CodedReads } from '../analysis/rated-reads.ts';
import { checkStudyConfig, type StudyConfig, StudyConfigError } from '../analysis/study-config.ts';
import { scanImrmc } from '../formats/parse-imrmc.ts';
import { type JafrocFile, parseJafroc } from '../formats/parse-jafroc.ts';
import { scanLrc } from '../formats/parse-lrc.ts';
import { parseReads } from '../formats/reads-csv.ts';
import { scanRows } from '../formats/rows-csv.ts';
import type { Read, ReadProblem } from '../reads.ts';

/** Formats of tables of reads. */
const FORMATS = ['csv', 'imrmc', 'lrc'] as const;
export type Format = (typeof FORMATS)[number];

/** The format that is named, or that the file's name says. */
export function formatOf(path: string, name: string, option: string | undefined): Format {
  const named = choiceOption(name, option, FORMATS);
  const extension = extname(path).slice(1).toLowerCase();
  const format = named ?? FORMATS.find((one) => one === extension);
  if (format !== undefined) return format;
  throw new UsageError(`--${name} must be ${FORMATS.join(' or ')}: ${path} does not say it`);
}

/** Reads of a file, with everything that is wrong and what should be known. */
export interface Input extends CodedReads {
  readonly description: string | null;
  readonly problems: readonly ReadProblem[];
  readonly warnings: readonly string[];
}

/** Reads a table of reads; what is wrong with it stands in `problems`. */
export async function readInput(path: string, format: Format, config: StudyConfig): Promise<Input> {
  const text = await readFile(path, 'utf8');
  const place = format === 'csv' ? 'row' : 'line';
  const said = (warnings: readonly ReadProblem[]): readonly string[] =>
    warnings.map(({ row, message }) => `${place} ${row}: ${message}`);
  switch (format) {
    case 'csv': {
      const { file, problems } = scanRows(text, config.columns ? { columns: config.columns } : {});
      const warnings = file.ignoredColumns.map((column) => `column ${column} is ignored`);
      return { rows: file.rows, lines: file.lines, description: null, problems, warnings };
    }
    case 'imrmc': {
      const { file, problems } = scanImrmc(text);
      const coded = { direction: 'higher' as const };
      return { ...file, coded, problems, warnings: said(file.warnings) };
    }
    case 'lrc': {
      const { file, problems } = scanLrc(text);
      const coded = { direction: file.direction };
      return { ...file, coded, problems, warnings: said(file.warnings) };
    }
    default:
      throw new UsageError(`unknown format ${String(format satisfies never)}`);
  }
}

/**
 * The answers in a file.
 * @throws ReadsError listing every problem
 */
export async function readAnswers(path: string, config: StudyConfig): Promise<readonly Read[]> {
  const { columns, words } = config;
  return parseReads(await readFile(path, 'utf8'), {
    ...(columns && { columns }),
    ...(words && { words }),
  });
}

/**
 * A free-response study: a folder with TP.csv, FP.csv and TRUTH.csv, or one JSON file.
 * @throws ReadsError listing every problem
 */
export async function readMarks(path: string): Promise<JafrocFile> {
  if (!(await stat(path)).isDirectory()) return parseJafroc(await readFile(path, 'utf8'));
  const [tp, fp, truth] = await Promise.all(
    ['TP.csv', 'FP.csv', 'TRUTH.csv'].map((name) => readFile(join(path, name), 'utf8')),
  );
  return parseJafroc({ tp: tp!, fp: fp!, truth: truth! });
}

/** The configuration in a file; an empty one without. */
export async function readConfig(path: string | undefined): Promise<StudyConfig> {
  if (path === undefined) return {};
  const text = await readFile(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new StudyConfigError([`${path} must be JSON: ${(error as Error).message}`]);
  }
  return checkStudyConfig(value);
}
