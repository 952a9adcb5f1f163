#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { chooseEngine } from './choose-engine.ts';
import { ENGINES, type EngineChoice, EngineError } from './engine.ts';
import { setupTensorflow } from './setup-tensorflow.ts';

const HELP = `Usage: tfjs-engine <command> [options]

  choose [engine]     start an engine (${ENGINES.join(', ')}; default auto) and say what it is
  setup-tensorflow    give @tensorflow/tfjs-node the library of a TensorFlow wheel (Linux; asks for pip, make and a C++ compiler)

Options
  --json              choose: print the choice as JSON
  --python <program>  setup-tensorflow: a Python with pip (default python3)
  --wheel <spec>      setup-tensorflow: what pip installs where Python has no TensorFlow (default tensorflow-cpu==2.21.0)
  --help

Examples
  npx tfjs-engine choose
  npx tfjs-engine setup-tensorflow --python .venv/bin/python

Exit codes: 0 done, 1 the engine cannot be had, 2 wrong usage.
`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        python: { type: 'string', default: 'python3' },
        wheel: { type: 'string', default: 'tensorflow-cpu==2.21.0' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, engine = 'auto', ...rest] = positionals;
  if (values.help) {
    process.stdout.write(HELP);
  } else if (command === 'choose' && rest.length === 0) {
    if (engine !== 'auto' && !(ENGINES as readonly string[]).includes(engine)) {
      throw new UsageError(`engine must be one of ${ENGINES.join(', ')} or auto, got ${engine}`);
    }
    const chosen = await chooseEngine(engine as EngineChoice);
    process.stdout.write(values.json ? `${JSON.stringify(chosen)}\n` : `${chosen.message}\n`);
  } else if (command === 'setup-tensorflow' && positionals.length === 1) {
    const log = (line: string): boolean => process.stderr.write(`${line}\n`);
    const { python, wheel } = values;
    const version = await setupTensorflow({ project: process.cwd(), python, wheel, log });
    process.stdout.write(`@tensorflow/tfjs-node now runs on TensorFlow ${version}\n`);
  } else {
    throw new UsageError(`unknown command ${positionals.join(' ') || '(none)'}`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  const isUsage = error instanceof UsageError;
  const prefix = error instanceof EngineError ? '' : 'tfjs-engine: ';
  process.stderr.write(`${prefix}${error.message}\n${isUsage ? `\n${HELP}` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
});
