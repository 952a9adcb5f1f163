import { openOperation } from './operations/operation.ts';
import { openStore } from './storage/open-store.ts';
import { doChunk } from './workers/do-chunk.ts';
import { isMemoryFailure } from './workers/memory-failure.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './workers/messages.ts';

/** The code by which Node itself ends when its heap is full is 134; this one is of memory that it was refused. */
const OUT_OF_MEMORY = 70;

/** A worker's process: told what to do over the channel to its parent, and gone when the parent is. */
let opened: ReturnType<typeof open> | undefined;

process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined); // Ctrl-C reaches the whole group; the parent decides
process.on('message', async (message: ToWorker) => {
  try {
    if (message.kind === 'setup') {
      opened = open(message.setup);
      await opened;
      tell({ kind: 'ready' });
    } else {
      const reply = await doChunk(message.request, await opened!);
      tell({ kind: 'done', reply });
    }
  } catch (error) {
    if (isMemoryFailure(error)) {
      process.stderr.write(`worker: no memory: ${(error as Error).message}\n`);
      process.exit(OUT_OF_MEMORY);
    }
    const { message: text, code } = error as NodeJS.ErrnoException;
    tell({ kind: 'failed', failure: { message: text, ...(code !== undefined && { code }) } });
  }
});

async function open({ job, operation, folder }: WorkerSetup) {
  return { job, operation: await openOperation(operation), store: await openStore(folder) };
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
