import { availableParallelism } from 'node:os';
import { FolderLockedError } from '@mammo/mammo-jobs';
import { EngineError } from '@mammo/tfjs-engine';
import { HELP, parseStudyOptions, UsageError } from './options.ts';
import { createProgress } from './progress.ts';
import { runStudy } from './run-study.ts';

/** Exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

async function main(): Promise<number> {
  const progress = createProgress();
  const stop = new AbortController();
  process.once('SIGINT', () => {
    progress.line('stopping after this step (Ctrl-C again: at once) …');
    stop.abort(new DOMException('stopped by Ctrl-C', 'AbortError'));
    process.once('SIGINT', () => process.exit(INTERRUPTED));
  });
  process.once('SIGTERM', () => stop.abort(new DOMException('stopped', 'AbortError')));
  try {
    const options = parseStudyOptions(process.argv.slice(2));
    if (options.help) {
      console.log(HELP);
      return 0;
    }
    const { out } = await runStudy(options, {
      progress,
      signal: stop.signal,
      cores: availableParallelism(),
    });
    progress.line(`\nreport:  ${out}/report.html\nnumbers: ${out}/results.json`);
    return 0;
  } catch (error) {
    return error instanceof UsageError ? wrongUsage(error) : explain(error as Error);
  }
}

function wrongUsage({ message }: UsageError): number {
  console.error(`study: ${message}\nnpm run study -- --help says more`);
  return 2;
}

/** Mistakes of the caller and of the data read as one message; anything else keeps its stack. */
function explain(error: Error): number {
  if (error.name === 'AbortError') {
    console.error('stopped; go on with the same command and --resume');
    return INTERRUPTED;
  }
  const expected = [
    UsageError.name,
    EngineError.name,
    FolderLockedError.name,
    'ManifestError',
    'RangeError',
  ];
  console.error(expected.includes(error.name) ? error.message : error.stack);
  return 1;
}

process.exitCode = await main();
