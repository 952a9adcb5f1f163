#!/usr/bin/env node
import { runCommand } from './cli/run-command.ts';

const stop = new AbortController();
process.on('SIGINT', () => {
  if (stop.signal.aborted) process.exit(130); // asked twice: without waiting for what is at work
  stop.abort(new Error('stopped'));
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // the reader of a pipe has left
  throw error;
});

void runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  signal: stop.signal,
}).then((code) => {
  process.exitCode = code;
});
