import { type Command, defineCommand, jsonText, UsageError } from '@mammo/command-line';
import { chooseEngine } from '../choose-engine.ts';
import { ENGINES, type EngineChoice } from '../engine.ts';

const CHOICES: readonly string[] = [...ENGINES, 'auto'];

/** `tfjs-engine choose`. */
export const chooseCommand: Command = defineCommand({
  name: 'choose',
  summary: 'start an engine and say what it is, why, and how to have a better one',
  help: `Usage: tfjs-engine choose [ENGINE] [options]

Starts an engine: ${ENGINES.join(', ')},
or auto (default), the first of these that is here.

  --json    the choice as JSON

Exit code 1 if the engine cannot be had; the message says why and what to type.

Examples:
  npx tfjs-engine choose
  npx tfjs-engine choose webgpu --json
`,
  options: { json: { type: 'boolean' } },
  positionals: { least: 0, most: 1, what: 'one engine' },
  run: async ({ values, positionals }, { out }) => {
    const [engine = 'auto'] = positionals;
    if (!CHOICES.includes(engine)) {
      throw new UsageError(`the engine must be one of ${CHOICES.join(', ')}, got ${engine}`);
    }
    const chosen = await chooseEngine(engine as EngineChoice);
    out(values.json ? jsonText(chosen) : `${chosen.message}\n`);
    return 0;
  },
});
