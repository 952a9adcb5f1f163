import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecordLines } from '@mammo/adversarial-eval';
import { readMammogram } from '@mammo/mammo-io';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { runCommand } from '../src/cli/run-command.ts';
import { type Archive, makeArchive } from './archive.ts';
import { childrenOf, startCommand } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a command says in this process, which does not start any other. */
async function say(...args: readonly string[]) {
  let [out, err] = ['', ''];
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    terminal: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const scoreArgs = ({ manifest, model }: Archive, out: string) => [
  ...['score', '--cohort', manifest, '--model', model, '--out', out],
  ...['--chunk', '8', '--workers', '2'],
];

test('an attack gives pairs that adversarial-eval reads, as Parquet too, and fakes that say so', async () => {
  const folder = await temporaryFolder();
  const archive = await makeArchive(folder, 12);
  const out = join(folder, 'out');
  const {
    code,
    err,
    out: text,
  } = await startCommand([
    ...['attack', '--cohort', archive.manifest, '--model', archive.model, '--out', out],
    ...['--remove', archive.remove, '--insert', archive.insert, '--engine', 'cpu'],
    ...['--format', 'jsonl,parquet', '--workers', '1', '--json', '--price-per-hour', '1'],
  ]).ended;
  expect(code, err).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ records: 12, quarantined: 0, done: 12, total: 12 });
  const lines = await readFile(join(out, 'results.jsonl'), 'utf8');
  const pairs = parseRecordLines(lines);
  expect(pairs.map(({ caseId }) => caseId)).toEqual(Array.from({ length: 12 }, (_, i) => `I${i}`));
  expect(pairs[0]).toMatchObject({ direction: 'remove', label: 'positive', attackId: 'gan' });
  const file = await asyncBufferFromFile(join(out, 'results.parquet'));
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(await parquetReadObjects({ file })).toEqual(rows);
  const fakes = await readdir(join(out, 'images'));
  expect(fakes).toHaveLength(12);
  for (const name of fakes) {
    expect(name).toMatch(/\.synthetic\.png$/);
    expect((await readMammogram(await readFile(join(out, 'images', name)))).synthetic).toBe(true);
  }
});

test('workers and the command itself are killed, the results are those of an undisturbed run', async () => {
  const folder = await temporaryFolder();
  const archive = await makeArchive(folder, 160, { poisonEvery: 40 });
  const [calm, killed] = [join(folder, 'calm'), join(folder, 'killed')];
  await startCommand(scoreArgs(archive, calm)).ended;
  const first = startCommand(scoreArgs(archive, killed));
  const chunks = async () => (await readdir(join(killed, 'chunks/000000')).catch(() => [])).length;
  while ((await chunks()) < 4) await new Promise((resolve) => setTimeout(resolve, 20));
  for (const pid of await childrenOf(first.process.pid!)) process.kill(pid, 'SIGKILL');
  while ((await chunks()) < 8) await new Promise((resolve) => setTimeout(resolve, 20));
  first.process.kill('SIGKILL');
  await first.ended;
  const { code, err } = await startCommand(scoreArgs(archive, killed)).ended;
  expect(code, err).toBe(1); // four images are in quarantine
  for (const name of ['results.jsonl', 'quarantine.jsonl']) {
    expect(await readFile(join(killed, name))).toEqual(await readFile(join(calm, name)));
  }
});

test('preprocessed images have their size and keep their mark', async () => {
  const folder = await temporaryFolder();
  const { manifest } = await makeArchive(folder, 3);
  const out = join(folder, 'out');
  const size = ['--height', '12', '--width', '10'];
  const run = startCommand(['preprocess', '--cohort', manifest, '--out', out, ...size]);
  const { code, err } = await run.ended;
  expect(code, err).toBe(0);
  const [line = ''] = (await readFile(join(out, 'results.jsonl'), 'utf8')).split('\n');
  const { caseId, path } = JSON.parse(line);
  expect(caseId).toBe('I0');
  const { height, width } = await readMammogram(await readFile(join(out, path)));
  expect([height, width]).toEqual([12, 10]);
});

test('help says what there is', async () => {
  const { code, out } = await say('--help');
  expect(code).toBe(0);
  for (const name of ['score', 'attack', 'preprocess', 'worker']) {
    expect(out).toContain(name);
    const help = await say(name, '--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('Example');
  }
});

test('wrong usage is told in a sentence', async () => {
  const folder = await temporaryFolder();
  const { manifest, model } = await makeArchive(folder, 2);
  const given = ['--cohort', manifest, '--model', model, '--out', join(folder, 'out')];
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [[], 'a command must be given'],
    [['paint'], 'no command paint'],
    [['score'], '--out must be given'],
    [['score', '--out', folder], '--cohort must be given'],
    [['score', ...given, '--workers', '0'], '--workers must be a whole number from 1 on, got 0'],
    [
      ['score', ...given, '--price-per-hour', 'x'],
      '--price-per-hour must be a number from 0 on, got x',
    ],
    [['score', ...given, '--format', 'csv'], '--format must be jsonl or parquet, got csv'],
    [
      ['score', ...given, '--policy', 'no'],
      '--policy must be pad or stretch or crop or canvas, got no',
    ],
    [
      ['score', ...given, '--redis', 'http://a'],
      '--redis must be an address such as redis://host:6379',
    ],
    [
      ['score', ...given, '--cohort', '/none'],
      '--cohort must be a file that can be read, got /none: ENOENT',
    ],
    [
      ['score', ...given, '--model', '/none'],
      '--model must be a file that can be read, got /none: ENOENT',
    ],
    [['score', ...given, '--loud'], "Unknown option '--loud'"],
    [['preprocess', ...given.slice(0, 2), '--out', folder], '--height must be given'],
    [['worker'], '--redis must be given'],
  ];
  for (const [args, message] of wrong) {
    const { code, err } = await say(...args);
    expect(err).toContain(message);
    expect(code, message).toBe(2);
  }
});
