import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../src/cli/run-command.ts';

const page = readFileSync(
  new URL('../../../docs/evaluate-a-pytorch-model.md', import.meta.url),
  'utf8',
);

/** What the page's first block of a language holds. */
function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1];
  if (found === undefined) throw new Error(`the page must have a block of ${language}`);
  return found;
}

it('docs/evaluate-a-pytorch-model.md: its commands give on its file what it shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  try {
    const file = join(folder, 'pairs.csv');
    writeFileSync(file, block('csv'));
    const commands = block('sh').trim().split('\n');
    const outputs: string[] = [];
    for (const command of commands) {
      const [npx, program, ...args] = command.split(' ');
      expect([npx, program]).toEqual(['npx', 'adversarial-eval']);
      let out = '';
      const code = await runCommand(
        args.map((word) => (word === 'pairs.csv' ? file : word)),
        { out: (text) => (out += text), err: () => undefined },
      );
      expect(code).toBe(0);
      outputs.push(out);
    }
    expect(outputs).toEqual([`${file}: 8 pairs of 4 patients, no problem\n`, block('text')]);
    expect(readFileSync(join(folder, 'pairs.report.html'), 'utf8')).toContain('<h1>pairs.csv</h1>');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
