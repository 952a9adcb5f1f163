import { setTimeout as pause } from 'node:timers/promises';
import { defineCommand, integerOption, runProgram, startProgram } from '../src/index.ts';

/** Says many lines, and ends with 1. */
const speak = defineCommand({
  name: 'speak',
  summary: 'many lines',
  help: 'Usage: stubborn speak\n',
  options: { lines: { type: 'string' } },
  run: async ({ values }, { out }) => {
    const lines = integerOption('lines', values.lines) ?? 1;
    for (let i = 0; i < lines; i++) out('words\n');
    return 1;
  },
});

/** Waits until it is stopped, or for ever if it is deaf. */
const wait = defineCommand({
  name: 'wait',
  summary: 'a long wait',
  help: 'Usage: stubborn wait\n',
  options: { deaf: { type: 'boolean' } },
  run: async ({ values }, { err, signal }) => {
    err('waits\n');
    signal.addEventListener('abort', () => values.deaf && err('heard\n'));
    for (;;) await pause(20, undefined, values.deaf ? {} : { signal });
  },
});

startProgram(
  (args, words) => runProgram({ name: 'stubborn', commands: [speak, wait] }, args, words),
  {
    stop: 'commands',
  },
);
