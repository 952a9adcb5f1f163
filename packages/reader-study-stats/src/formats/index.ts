export type { CsvOptions } from './csv.ts';
export { formatImrmc, type ImrmcFormatOptions } from './format-imrmc.ts';
export { formatJafroc } from './format-jafroc.ts';
export { formatLrc, type LrcFormatOptions } from './format-lrc.ts';
export type { JafrocSheets } from './jafroc-sheet.ts';
export { type CaseTruth, type ImrmcFile, parseImrmc } from './parse-imrmc.ts';
export { type JafrocFile, parseJafroc } from './parse-jafroc.ts';
export { type LrcFile, parseLrc } from './parse-lrc.ts';
export type { ReadFile } from './read-file.ts';
export { formatReads, parseReads, type ReadsOptions } from './reads-csv.ts';
export {
  formatRows,
  parseRows,
  type RowColumn,
  type RowsFile,
  type RowsOptions,
} from './rows-csv.ts';
