export {
  type Command,
  type CommandContext,
  type CommandDefinition,
  type CommandOptions,
  defineCommand,
  type ExitCode,
  type Given,
  type Positionals,
} from './command.ts';
export { durationText } from './duration-text.ts';
export { jsonText } from './json-text.ts';
export {
  choiceOption,
  integerOption,
  type NumberRange,
  numberOption,
  requiredOption,
  seedOption,
} from './option-values.ts';
export { type Progress, type ProgressOptions, startProgress } from './progress.ts';
export {
  type Program,
  runProgram,
  runSingle,
  type SingleProgram,
  type Surroundings,
} from './run-program.ts';
export { type StartOptions, startProgram } from './start-program.ts';
export { progressBar, type StatusLine, statusLine } from './status-line.ts';
export { UsageError } from './usage-error.ts';
export { writeWhole } from './write-whole.ts';
