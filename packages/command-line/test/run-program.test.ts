import { expect, test } from 'vitest';
import {
  type Command,
  defineCommand,
  integerOption,
  jsonText,
  type Program,
  runProgram,
  runSingle,
} from '../src/index.ts';
import { keepWords } from './words.ts';

/** Fails as its first word says. */
const add: Command = defineCommand({
  name: 'add',
  summary: 'a sum',
  help: 'Usage: demo add A B\n\nExamples:\n  demo add 1 2\n',
  options: { json: { type: 'boolean' }, times: { type: 'string' } },
  positionals: { least: 2, most: 2, what: 'two numbers' },
  run: async ({ values, positionals }, { out }) => {
    const times = integerOption('times', values.times, { from: 1 }) ?? 1;
    const sum = times * positionals.reduce((total, word) => total + Number(word), 0);
    out(values.json ? jsonText({ sum }) : `${sum}\n`);
    return 0;
  },
});

function failing(error: unknown): Command {
  const [name, summary, help] = ['fail', 'an error', 'Usage: demo fail\n'];
  return defineCommand({ name, summary, help, options: {}, run: () => Promise.reject(error) });
}

async function run(args: readonly string[], program: Partial<Program> = {}) {
  const words = keepWords();
  const code = await runProgram({ name: 'demo', commands: [add], ...program }, args, words);
  return { code, ...words.said };
}

test('a command gets its options and words, and answers on standard output', async () => {
  expect(await run(['add', '1', '2'])).toEqual({ code: 0, out: '3\n', err: '' });
  expect(await run(['add', '1', '2', '--times', '2', '--json'])).toMatchObject({
    code: 0,
    out: '{\n  "sum": 6\n}\n',
  });
});

test('a usual command is meant where none is named', async () => {
  const program = { usual: 'add' };
  expect(await run(['--times', '3', '1', '2'], program)).toMatchObject({ code: 0, out: '9\n' });
  expect(await run([], program)).toMatchObject({ code: 2 });
  expect((await run(['--help'], program)).out).toMatch(/^Usage: demo \[COMMAND\] /);
  expect((await run(['sub'], program)).err).toMatch(/^demo: no command sub\n/);
});

test('a program that is one command names no other', async () => {
  const words = keepWords();
  const single = { command: { ...add, name: 'npm run add --' } };
  expect(await runSingle(single, ['1', '2'], words)).toBe(0);
  expect(await runSingle(single, ['--help'], words)).toBe(0);
  expect(await runSingle(single, ['1'], words)).toBe(2);
  expect(words.said).toEqual({
    out: `3\n${add.help}`,
    err: 'npm run add --: two numbers must be given, got 1\nnpm run add -- --help says more\n',
  });
});

test('help lists the commands, and each command has its own', async () => {
  const whole = await run(['--help'], { about: 'It adds.\n' });
  expect(whole.out).toMatch(/^Usage: demo COMMAND \[arguments\]\n\n {2}add {2}a sum\n\nIt adds.\n/);
  expect([whole.code, whole.err]).toEqual([0, '']);
  for (const words of [['help'], ['-h']]) expect((await run(words)).out).toContain('a sum');
  for (const words of [
    ['add', '--help'],
    ['add', '-h'],
    ['help', 'add'],
  ]) {
    expect(await run(words)).toEqual({ code: 0, out: add.help, err: '' });
  }
});

test.each([
  [[], 'demo: a command must be given\n'],
  [['divide'], 'demo: no command divide\n'],
  [['help', 'divide'], 'demo: no command divide\n'],
  [['add', '1', '2', '--colour'], "demo add: Unknown option '--colour'"],
  [['add', '--times'], "demo add: Option '--times <value>' argument missing\n"],
  [['add', '1'], 'demo add: two numbers must be given, got 1\ndemo add --help says more\n'],
  [['add'], 'demo add: two numbers must be given, got nothing\n'],
  [['add', '1', '2', '3'], 'demo add: two numbers must be given, got 3\n'],
  [
    ['add', '1', '2', '--times', '0'],
    'demo add: --times must be a whole number from 1 on, got 0\n',
  ],
])('wrong usage ends with 2: %j', async (args, message) => {
  const { code, out, err } = await run(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('a command without positionals takes no words', async () => {
  const { code, err } = await run(['fail', 'now'], { commands: [failing('no')] });
  expect(code).toBe(2);
  expect(err).toContain("demo fail: Unexpected argument 'now'");
});

test.each([
  [new RangeError('sum: must be even, got 3'), 'demo fail: sum: must be even, got 3\n'],
  ['a word', 'demo fail: a word\n'],
  [
    Object.assign(new Error('table: 2 problems\n  row 1: a'), {
      problems: ['row 1: a', 'row 2: b'],
    }),
    'demo fail: table: 2 problems\n  row 1: a\n  row 2: b\n',
  ],
  [Object.assign(new Error('table: none'), { problems: [] }), 'demo fail: table: none\n'],
  [
    Object.assign(new Error('reads: 1 problem'), { problems: [{ row: 1 }] }),
    'demo fail: reads: 1 problem\n',
  ],
])('an error ends with 1 and one message, without its stack: %s', async (error, message) => {
  const said = await run(['fail'], { commands: [failing(error)] });
  expect(said).toEqual({ code: 1, out: '', err: message });
});

test('a command that was stopped ends with 130', async () => {
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  const words = keepWords({ signal: stop.signal });
  const commands = [failing(stop.signal.reason)];
  expect(await runProgram({ name: 'demo', commands }, ['fail'], words)).toBe(130);
  expect(words.said.err).toBe('demo fail: stopped\n');
  const own = keepWords({ signal: stop.signal });
  await runProgram({ name: 'demo', commands, stopped: 'rests' }, ['fail'], own);
  expect(own.said.err).toBe('demo fail: rests\n');
});
