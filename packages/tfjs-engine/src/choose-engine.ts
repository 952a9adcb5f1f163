import * as tf from '@tensorflow/tfjs-core';
import { AUTOMATIC, ENGINES, type EngineChoice, EngineError, type EngineName } from './engine.ts';
import { type EngineSettings, LOADERS } from './engine-loader.ts';

/** An engine that was tried and cannot be used here. */
export interface AbsentEngine {
  /** Which engine. */
  readonly engine: EngineName;
  /** Why, in one line. */
  readonly reason: string;
  /** What to type to have it. */
  readonly install: string;
}

/** The engine that now carries the program. */
export interface ChosenEngine {
  /** The engine that runs now. */
  readonly engine: EngineName;
  /** Its name among tfjs's backends. */
  readonly backend: string;
  /** The faster engines that are not here; empty when one was named. */
  readonly absent: readonly AbsentEngine[];
  /** For people: what was chosen and why, and how to have a faster one. */
  readonly message: string;
}

/** Settings of {@link chooseEngine}. */
export interface ChooseEngineOptions {
  /** Processor threads, for engines that let the program choose (onnx); default: their own. */
  readonly threads?: number;
}

/**
 * Makes an engine the backend of this thread. `'auto'` takes the first of {@link ENGINES} whose packages are installed and
 * which starts (`onnx-webgpu` by name only); none of them is needed to import this package.
 *
 * Gradients are not registered: import `@tensorflow/tfjs`, or call `registerMissingGradients` of
 * `@mammo/tfjs-second-order`.
 *
 * @throws TypeError if the name is none of {@link ENGINES} and not `'auto'`
 * @throws RangeError if `threads` is not a positive integer
 * @throws {EngineError} if the named engine, or none at all, can be used; the message says why and what to type
 * @example
 * const { engine, message } = await chooseEngine('auto');
 * process.stderr.write(`${message}\n`);
 */
export async function chooseEngine(
  choice: EngineChoice = 'auto',
  { threads }: ChooseEngineOptions = {},
): Promise<ChosenEngine> {
  if (choice !== 'auto' && !ENGINES.includes(choice)) {
    throw new TypeError(
      `chooseEngine: engine must be one of ${ENGINES.join(', ')} or auto, got ${choice}`,
    );
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new RangeError(`chooseEngine: threads must be a positive integer, got ${threads}`);
  }
  const absent: AbsentEngine[] = [];
  for (const engine of choice === 'auto' ? AUTOMATIC : [choice]) {
    const reason = await start(engine, { threads, isAutomatic: choice === 'auto' });
    if (reason === undefined) return chosen(engine, absent, choice);
    absent.push({ engine, reason, install: LOADERS[engine].install });
  }
  throw new EngineError(`chooseEngine: ${absent.map(describe).join('\n')}`);
}

/** Starts an engine, or says why it cannot. */
async function start(engine: EngineName, settings: EngineSettings): Promise<string | undefined> {
  const { backend, load, check } = LOADERS[engine];
  const before = tf.engine().backendName;
  try {
    await load(settings);
    if (!(await tf.setBackend(backend))) return `its backend "${backend}" did not start`;
    await tf.ready();
    check?.();
    return undefined;
  } catch (error) {
    if (before) await tf.setBackend(before);
    return reasonOf(error as Error, LOADERS[engine].packages);
  }
}

function reasonOf(error: Error, packages: readonly string[]): string {
  const isMissing = /(Cannot find (package|module)|Could not resolve)/.test(error.message);
  const missing = packages.find((name) => error.message.includes(name));
  if (isMissing && missing !== undefined) return `${missing} is not installed`;
  return error.message.split('\n')[0] ?? error.name;
}

const describe = ({ engine, reason, install }: AbsentEngine): string =>
  `${engine} cannot be used here: ${reason}\n  to have it: ${install}`;

function chosen(
  engine: EngineName,
  absent: readonly AbsentEngine[],
  choice: EngineChoice,
): ChosenEngine {
  const why = choice === 'auto' ? 'the first that is here' : 'as asked for';
  const faster = absent.map((one) => `\n${describe(one)}`).join('');
  return {
    engine,
    backend: LOADERS[engine].backend,
    absent,
    message: `engine ${engine}, ${why}${faster}`,
  };
}
