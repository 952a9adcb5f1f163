import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { formatReads } from '../../src/formats/reads-csv.ts';
import { fixtureText } from '../goldens.ts';
import { simulatedStudy } from '../study/simulated-study.ts';

export let folder = '';
export const CODING = { positive: '1', negative: '0', direction: 'higher' } as const;
export const COLUMNS = { columns: { modality: 'treatment' } };

/** Gives the tests of the file that calls it a folder with tables of reads, which {@link run} works in. */
export function useTables(): void {
  beforeAll(writeTables);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
}

function writeTables(): void {
  folder = mkdtempSync(join(tmpdir(), 'reader-study-'));
  put('crossed.csv', fixtureText('sim_crossed_dev.csv'));
  put('study.json', JSON.stringify({ ...CODING, ...COLUMNS }));
  const few = simulatedStudy().filter(({ order }) => order <= 60);
  put('answers.csv', formatReads(few.map((read) => ({ ...read, simulated: true }))));
  put('golden.csv', fixtureText('readerstudy_sim_dev.csv'));
}

export const at = (name: string): string => join(folder, name);
export const put = (name: string, text: string): void => writeFileSync(at(name), text);
export const get = (name: string): string => readFileSync(at(name), 'utf8');

export async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const code = await runCommand(
    args.map((arg) => (/^[a-z][\w/-]*\.\w+$/.test(arg) ? at(arg) : arg)),
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
  );
  expect(`${out}${err}`, 'no stack traces').not.toMatch(/^\s+at /m);
  return { code, out, err: err.replaceAll(`${folder}/`, '') };
}
