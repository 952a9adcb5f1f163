import { type Command, defineCommand, jsonText } from '@mammo/command-line';
import { setupTensorflow } from '../setup-tensorflow.ts';

/** `tfjs-engine setup-tensorflow`. */
export const setupCommand: Command = defineCommand({
  name: 'setup-tensorflow',
  summary: 'give @tensorflow/tfjs-node the library of a TensorFlow wheel',
  help: `Usage: tfjs-engine setup-tensorflow [options]

Gives the @tensorflow/tfjs-node of this folder's project the TensorFlow library of a Python wheel. Linux; asks for pip, make and
a C++ compiler.

  --python PROGRAM    a Python with pip (default python3)
  --wheel SPEC        what pip installs where Python has no TensorFlow (default tensorflow-cpu==2.21.0)
  --json              { "tensorflow" }: the version

Example:
  npx tfjs-engine setup-tensorflow --python .venv/bin/python
`,
  options: {
    python: { type: 'string' },
    wheel: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async ({ values }, { out, err }) => {
    const { python = 'python3', wheel = 'tensorflow-cpu==2.21.0' } = values;
    const log = (line: string) => err(`${line}\n`);
    const tensorflow = await setupTensorflow({ project: process.cwd(), python, wheel, log });
    const said = `@tensorflow/tfjs-node now runs on TensorFlow ${tensorflow}\n`;
    out(values.json ? jsonText({ tensorflow }) : said);
    return 0;
  },
});
